#include "textflag.h"

// func prefetch(p unsafe.Pointer)
TEXT ·prefetch(SB), NOSPLIT|NOFRAME, $0-8
	MOVQ       p+0(FP), BX
	PREFETCHT0 (BX)
	RET

// func prefetchWrite(p unsafe.Pointer)
// PREFETCHW, spelled as bytes: 0F 0D /1 with BX as the base. Processors without
// it treat it as a no-operation.
TEXT ·prefetchWrite(SB), NOSPLIT|NOFRAME, $0-8
	MOVQ p+0(FP), BX
	BYTE $0x0F; BYTE $0x0D; BYTE $0x0B
	RET
