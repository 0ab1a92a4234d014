// Package durable puts files into their places whole or not at all.
//
// A file is written beside its place, under a name that ends in [Suffix], synced, and renamed
// into it; then the directory is synced, so that the name lasts as well. Whoever reads the
// name finds the old content or the new, at any moment and after any crash (Pillai et al.,
// "All File Systems Are Not Created Equal", 2014, is why each of the steps is there).
//
// # What it assumes
//
// A rename within a directory is atomic, and what fsync has returned for stays.
//
// # The caller's duties
//
// A crash can leave files with the suffix: who owns a directory sweeps it at its start
// ([Sweep]), before anything is written there. Nothing else may give a file of such a
// directory a name that ends in the suffix.
//
// # Errors
//
// All are the file system's. After one the name holds the old content or the new; of the new
// it is then not known whether it lasts.
//
// # Concurrency
//
// Files may be written at the same time, also under one name, of which the last one stays.
package durable
