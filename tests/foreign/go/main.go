// SPDX-License-Identifier: Apache-2.0

// Logcheck reads a log of Sổ Gốc with the packages of Go's checksum database, and with nothing of ours.
//
//	logcheck checkpoint VKEY SOURCE         open the checkpoint, print size and root hash
//	logcheck inclusion VKEY SOURCE          prove every entry, print how many
//	logcheck consistency VKEY SOURCE FILE   prove that the tree begins with the checkpoint in FILE
//	logcheck proof VKEY FILE ENTRY          check the .tlog-proof FILE of the bytes in ENTRY
//	logcheck leaf VKEY SOURCE INDEX         print the leaf hash that the tile reader alone gives out
//
// SOURCE is a URL prefix or a folder. Exit code 0: it holds; 1: it was rejected; 2: usage.
//
// TileHashReader of some versions gives out hashes that nothing authenticated (CVE-2026-56865). So whatever is
// read ends in CheckRecord or CheckTree against the signed root hash; "leaf" leaves that out, to be tested.
package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

var errUsage = errors.New("usage: logcheck checkpoint|inclusion|consistency|proof|leaf VKEY …")

func main() {
	said, err := run(os.Args[1:])
	switch {
	case err == nil:
		fmt.Println(said)
	case errors.Is(err, errUsage):
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	default:
		fmt.Fprintln(os.Stderr, "rejected:", err)
		os.Exit(1)
	}
}

func run(args []string) (string, error) {
	if len(args) < 3 {
		return "", errUsage
	}
	verifier, err := note.NewVerifier(args[1])
	if err != nil {
		return "", fmt.Errorf("verifier key: %w", err)
	}
	switch {
	case args[0] == "checkpoint" && len(args) == 3:
		return checkpointOf(args[2], verifier)
	case args[0] == "inclusion" && len(args) == 3:
		return checkInclusion(args[2], verifier)
	case args[0] == "consistency" && len(args) == 4:
		return checkConsistency(args[2], args[3], verifier)
	case args[0] == "proof" && len(args) == 4:
		return checkProof(args[2], args[3], verifier)
	case args[0] == "leaf" && len(args) == 4:
		return readLeaf(args[2], args[3], verifier)
	}
	return "", errUsage
}

func checkpointOf(place string, verifier note.Verifier) (string, error) {
	tree, err := newSource(place).openTree(verifier)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d %s", tree.N, tree.Hash), nil
}

// checkInclusion proves every entry by its bytes, as somebody does who trusts the key and nothing else.
func checkInclusion(place string, verifier note.Verifier) (string, error) {
	from := newSource(place)
	tree, err := from.openTree(verifier)
	if err != nil {
		return "", err
	}
	reader := tlog.TileHashReader(tree, from)
	for index := int64(0); index < tree.N; index++ {
		entry, err := from.readEntry(index, tree.N)
		if err != nil {
			return "", err
		}
		proof, err := tlog.ProveRecord(tree.N, index, reader)
		if err != nil {
			return "", fmt.Errorf("entry %d: %w", index, err)
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry)); err != nil {
			return "", fmt.Errorf("entry %d: %w", index, err)
		}
	}
	return strconv.FormatInt(tree.N, 10), nil
}

// checkConsistency proves that the tree served now begins with an older one whose checkpoint was kept.
func checkConsistency(place, kept string, verifier note.Verifier) (string, error) {
	message, err := os.ReadFile(kept)
	if err != nil {
		return "", err
	}
	older, err := parseTree(message, verifier)
	if err != nil {
		return "", fmt.Errorf("kept checkpoint: %w", err)
	}
	from := newSource(place)
	newer, err := from.openTree(verifier)
	if err != nil {
		return "", err
	}
	if older.N == newer.N {
		// No proof belongs between equal sizes: equal is equal, and two faces are two faces.
		if older.Hash != newer.Hash {
			return "", fmt.Errorf("two trees of size %d: %s and %s", older.N, older.Hash, newer.Hash)
		}
		return fmt.Sprintf("%d %d", older.N, newer.N), nil
	}
	proof, err := tlog.ProveTree(newer.N, older.N, tlog.TileHashReader(newer, from))
	if err != nil {
		return "", err
	}
	if err := tlog.CheckTree(proof, newer.N, newer.Hash, older.N, older.Hash); err != nil {
		return "", err
	}
	return fmt.Sprintf("%d %d", older.N, newer.N), nil
}

// checkProof checks a proof file (C2SP tlog-proof) of an entry, offline.
func checkProof(file, entryFile string, verifier note.Verifier) (string, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	entry, err := os.ReadFile(entryFile)
	if err != nil {
		return "", err
	}
	index, proof, message, err := parseProof(data)
	if err != nil {
		return "", err
	}
	tree, err := parseTree(message, verifier)
	if err != nil {
		return "", err
	}
	if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry)); err != nil {
		return "", err
	}
	return strconv.FormatInt(index, 10), nil
}

// readLeaf gives out what the tile reader gives out, without the check that must follow.
func readLeaf(place, index string, verifier note.Verifier) (string, error) {
	number, err := strconv.ParseInt(index, 10, 64)
	if err != nil {
		return "", errUsage
	}
	from := newSource(place)
	tree, err := from.openTree(verifier)
	if err != nil {
		return "", err
	}
	hashes, err := tlog.TileHashReader(tree, from).ReadHashes([]int64{tlog.StoredHashIndex(0, number)})
	if err != nil {
		return "", err
	}
	return hashes[0].String(), nil
}
