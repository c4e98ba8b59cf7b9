// A reader of tiled logs that is not ours: every tile, entry and proof goes through filippo.io/torchwood and golang.org/x/mod.
//
//	reader URL VKEY [SIZE ROOT]
//
// SIZE and ROOT: what it must have grown from. Prints the size, the root, and the SHA-256 over all record hashes; ends with 1 where anything is refused.
package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"strconv"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	if err := read(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func read(words []string) error {
	ctx := context.Background()
	verifier, err := note.NewVerifier(words[1])
	if err != nil {
		return fmt.Errorf("verifier key: %w", err)
	}
	fetcher, err := torchwood.NewTileFetcher(words[0])
	if err != nil {
		return err
	}
	signed, err := fetcher.ReadEndpoint(ctx, "checkpoint")
	if err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return fmt.Errorf("note: %w", err)
	}
	checkpoint, err := torchwood.ParseCheckpoint(opened.Text)
	if err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	if checkpoint.Origin != verifier.Name() {
		return fmt.Errorf("origin %q", checkpoint.Origin)
	}
	client, err := torchwood.NewClient(fetcher)
	if err != nil {
		return err
	}
	sum, count := sha256.New(), int64(0)
	// One round gives whole bundles only; the next one begins in the partial one.
	for round := 0; round < 2; round++ {
		for _, entry := range client.Entries(ctx, checkpoint.Tree, count) {
			hash := tlog.RecordHash(entry)
			sum.Write(hash[:])
			count++
		}
		if err := client.Err(); err != nil {
			return fmt.Errorf("entries: %w", err)
		}
	}
	if count != checkpoint.N {
		return fmt.Errorf("%d entries of %d", count, checkpoint.N)
	}
	for index := int64(0); index < checkpoint.N; index += 1 + checkpoint.N/7 {
		entry, proof, err := client.Entry(ctx, checkpoint.Tree, index)
		if err != nil {
			return fmt.Errorf("entry %d: %w", index, err)
		}
		if err := tlog.CheckRecord(proof, checkpoint.N, checkpoint.Hash, index, tlog.RecordHash(entry)); err != nil {
			return fmt.Errorf("proof of %d: %w", index, err)
		}
	}
	if len(words) > 3 {
		if err := grown(ctx, fetcher, checkpoint.Tree, words[2], words[3]); err != nil {
			return fmt.Errorf("growth: %w", err)
		}
	}
	fmt.Printf("%d %s %x\n", checkpoint.N, checkpoint.Hash, sum.Sum(nil))
	return nil
}

func grown(ctx context.Context, fetcher *torchwood.TileFetcher, tree tlog.Tree, size, root string) error {
	old, err := strconv.ParseInt(size, 10, 64)
	if err != nil {
		return err
	}
	hash, err := tlog.ParseHash(root)
	if err != nil {
		return err
	}
	reader := torchwood.TileHashReaderWithContext(ctx, tree, fetcher)
	proof, err := tlog.ProveTree(tree.N, old, reader)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, tree.N, tree.Hash, old, hash)
}
