package fsm_test

import (
	"go/ast"
	"go/types"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

const module = "github.com/holdfast-rollup/holdfast/"

var purePackages = []string{"command", "state", "session", "tree", "batch", "cursor"}

// README of the design: the pure packages take no order from a Go map. A map may be read and
// written by key; whoever needs its keys takes them through slices.Sorted, which removes the order.
func TestPurePackagesTakeNoOrderFromMaps(t *testing.T) {
	for _, pkg := range loadPure(t) {
		for _, file := range pkg.Syntax {
			sorted := map[ast.Expr]bool{}
			ast.Inspect(file, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.RangeStmt:
					if _, ok := pkg.TypesInfo.TypeOf(n.X).Underlying().(*types.Map); ok {
						t.Errorf("%s: ranges over a map", pkg.Fset.Position(n.Pos()))
					}
				case *ast.CallExpr:
					name := calledFunction(pkg.TypesInfo, n)
					if strings.HasPrefix(name, "slices.Sorted") {
						sorted[n.Args[0]] = true
					}
					if (name == "maps.Keys" || name == "maps.Values" || name == "maps.All") && !sorted[n] {
						t.Errorf("%s: %s outside slices.Sorted", pkg.Fset.Position(n.Pos()), name)
					}
				}
				return true
			})
		}
	}
}

// README of the design: the pure packages start no goroutine, so that they run in any guest.
func TestPurePackagesStartNoGoroutines(t *testing.T) {
	for _, pkg := range loadPure(t) {
		for _, file := range pkg.Syntax {
			ast.Inspect(file, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.GoStmt, *ast.SelectStmt, *ast.SendStmt:
					t.Errorf("%s: concurrency in a pure package", pkg.Fset.Position(n.Pos()))
				case *ast.BasicLit:
					return true
				case ast.Expr:
					if basic, ok := pkg.TypesInfo.TypeOf(n).(*types.Basic); ok && basic.Info()&types.IsFloat != 0 {
						t.Errorf("%s: floating point in a pure package", pkg.Fset.Position(n.Pos()))
					}
				}
				return true
			})
		}
	}
}

func loadPure(t *testing.T) []*packages.Package {
	t.Helper()
	patterns := make([]string, len(purePackages))
	for i, name := range purePackages {
		patterns[i] = module + "fsm/" + name
	}
	pkgs, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo | packages.NeedImports | packages.NeedDeps,
	}, patterns...)
	if err != nil {
		t.Fatalf("load the pure packages: %v", err)
	}
	if packages.PrintErrors(pkgs) > 0 || len(pkgs) != len(purePackages) {
		t.Fatalf("loaded %d of %d pure packages", len(pkgs), len(purePackages))
	}
	return pkgs
}

func calledFunction(info *types.Info, call *ast.CallExpr) string {
	fun := ast.Unparen(call.Fun)
	if index, ok := fun.(*ast.IndexExpr); ok {
		fun = index.X
	}
	sel, ok := fun.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	obj, ok := info.Uses[sel.Sel].(*types.Func)
	if !ok || obj.Pkg() == nil {
		return ""
	}
	return obj.Pkg().Path() + "." + obj.Name()
}
