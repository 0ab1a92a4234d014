package node

// The object stores that da.archive may name beside a directory. Google's is not among them: its driver would make the
// binary a third larger.
import (
	_ "gocloud.dev/blob/azureblob" // azblob://container
	_ "gocloud.dev/blob/s3blob"    // s3://bucket, and whatever else speaks S3
)
