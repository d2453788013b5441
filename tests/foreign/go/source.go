// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
	maxBytes   = tileWidth * (2 + 65535)
)

var errMissing = errors.New("not there")

// A source reads the files of C2SP tlog-tiles and keeps them; it is a tlog.TileReader.
type source struct {
	place string
	files map[string][]byte
	http  http.Client
}

func newSource(place string) *source {
	refuse := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &source{place, map[string][]byte{}, http.Client{CheckRedirect: refuse}}
}

func (s *source) openTree(verifier note.Verifier) (tlog.Tree, error) {
	message, err := s.read("checkpoint")
	if err != nil {
		return tlog.Tree{}, err
	}
	return parseTree(message, verifier)
}

// parseTree opens a checkpoint (C2SP tlog-checkpoint): origin, size, root hash, signed by the key of that name.
func parseTree(message []byte, verifier note.Verifier) (tlog.Tree, error) {
	opened, err := note.Open(message, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return tlog.Tree{}, fmt.Errorf("no checkpoint of %s", verifier.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return tlog.Tree{}, fmt.Errorf("no size: %q", lines[1])
	}
	hash, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: hash}, err
}

// parseProof takes a proof file apart (C2SP tlog-proof).
func parseProof(data []byte) (index int64, proof tlog.RecordProof, message []byte, err error) {
	head, rest, found := strings.Cut(string(data), "\n\n")
	lines := strings.Split(head, "\n")
	if !found || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return 0, nil, nil, errors.New("no proof file")
	}
	index, err = strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	if err != nil || !strings.HasPrefix(lines[1], "index ") {
		return 0, nil, nil, fmt.Errorf("no index: %q", lines[1])
	}
	for _, line := range lines[2:] {
		hash, err := base64.StdEncoding.DecodeString(line)
		if err != nil || len(hash) != tlog.HashSize {
			return 0, nil, nil, fmt.Errorf("no hash: %q", line)
		}
		proof = append(proof, *(*tlog.Hash)(hash))
	}
	return index, proof, []byte(rest), nil
}

// Height is that of C2SP tlog-tiles.
func (s *source) Height() int { return tileHeight }

// SaveTiles keeps nothing beyond this run.
func (s *source) SaveTiles([]tlog.Tile, [][]byte) {}

// ReadTiles reads tiles; the full one where a partial one is gone.
func (s *source) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	read := make([][]byte, len(tiles))
	for i, tile := range tiles {
		data, err := s.readTile(tile)
		if err != nil {
			return nil, err
		}
		if len(data) < tile.W*tlog.HashSize {
			return nil, fmt.Errorf("%s has %d bytes", tile.Path(), len(data))
		}
		read[i] = data[:tile.W*tlog.HashSize]
	}
	return read, nil
}

func (s *source) readTile(tile tlog.Tile) ([]byte, error) {
	data, err := s.read(pathOf(tile))
	if errors.Is(err, errMissing) && tile.W < tileWidth {
		tile.W = tileWidth
		return s.read(pathOf(tile))
	}
	return data, err
}

// pathOf is Go's tile path without the height, which C2SP tlog-tiles fixes; Go's level "data" is "entries".
func pathOf(tile tlog.Tile) string {
	path := strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", tileHeight))
	return "tile/" + strings.Replace(path, "data/", "entries/", 1)
}

// readEntry reads the bytes of an entry in a log of size entries: (uint16 big-endian length ‖ entry)*.
func (s *source) readEntry(index, size int64) ([]byte, error) {
	tile := tlog.Tile{H: tileHeight, L: -1, N: index / tileWidth, W: tileWidth}
	if width := size - tile.N*tileWidth; width < tileWidth {
		tile.W = int(width)
	}
	bundle, err := s.readTile(tile)
	if err != nil {
		return nil, err
	}
	for at := index % tileWidth; ; at-- {
		if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
			return nil, fmt.Errorf("entry %d: bundle ends too early", index)
		}
		end := 2 + int(binary.BigEndian.Uint16(bundle))
		if at == 0 {
			return bundle[2:end], nil
		}
		bundle = bundle[end:]
	}
}

func (s *source) read(path string) ([]byte, error) {
	if data, found := s.files[path]; found {
		return data, nil
	}
	data, err := s.fetch(path)
	if err == nil && len(data) > maxBytes {
		err = fmt.Errorf("%s is too long", path)
	}
	if err == nil {
		s.files[path] = data
	}
	return data, err
}

func (s *source) fetch(path string) ([]byte, error) {
	if !strings.HasPrefix(s.place, "http://") && !strings.HasPrefix(s.place, "https://") {
		data, err := os.ReadFile(filepath.Join(s.place, filepath.FromSlash(path)))
		if errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("%s: %w", path, errMissing)
		}
		return data, err
	}
	answer, err := s.http.Get(s.place + "/" + path)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode == http.StatusNotFound {
		return nil, fmt.Errorf("%s: %w", path, errMissing)
	}
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", path, answer.Status)
	}
	return io.ReadAll(io.LimitReader(answer.Body, maxBytes+1))
}
