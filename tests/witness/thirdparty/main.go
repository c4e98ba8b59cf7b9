// A log witness, a log, and checkers of logs and of proofs that are not ours: transparency-dev's witness, Tessera and torchwood, as
// their libraries stand.
//
//	third witness DATABASE ADDRESS KEYFILE LOGVKEY       cosigns checkpoints of one log; state in SQLite
//	third log FOLDER KEYFILE POLICY COUNT                appends so many entries; published once the policy is met
//	third fsck URL VKEY                                  reads a served log whole: every tile, bundle and hash
//	third note FILE VKEY...                              every key, of types 1, 4 or 6, signed the note in FILE; prints its text
//	third proof FILE POLICY LEAFHASH                      the tlog-proof in FILE shows the entry of that hash (hex) under the policy
//	third keys NAME KEYFILE                              a new signing key in KEYFILE; prints the verifier key
//
// Ends with 1 where anything is refused.
package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"time"

	"filippo.io/torchwood"
	"github.com/transparency-dev/formats/note"
	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/api"
	"github.com/transparency-dev/tessera/client"
	"github.com/transparency-dev/tessera/fsck"
	"github.com/transparency-dev/tessera/storage/posix"
	"github.com/transparency-dev/witness/persistence/sqlite"
	"github.com/transparency-dev/witness/witness"
	sumnote "golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	parts := map[string]func(context.Context, []string) error{"witness": serve, "log": grow, "fsck": check, "note": open, "proof": prove, "keys": keys}
	if err := parts[os.Args[1]](context.Background(), os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func keys(_ context.Context, words []string) error {
	secret, public, err := sumnote.GenerateKey(rand.Reader, words[0])
	if err != nil {
		return err
	}
	fmt.Println(public)
	return os.WriteFile(words[1], []byte(secret), 0o600)
}

func open(_ context.Context, words []string) error {
	data, err := os.ReadFile(words[0])
	if err != nil {
		return err
	}
	for _, word := range words[1:] {
		verifier, err := note.NewVerifier(word)
		if err != nil {
			return err
		}
		opened, err := sumnote.Open(data, sumnote.VerifierList(verifier))
		if err != nil {
			return fmt.Errorf("%s: %w", verifier.Name(), err)
		}
		fmt.Print(opened.Text)
	}
	return nil
}

func prove(_ context.Context, words []string) error {
	data, err := os.ReadFile(words[0])
	if err != nil {
		return err
	}
	text, err := os.ReadFile(words[1])
	if err != nil {
		return err
	}
	policy, err := torchwood.ParsePolicy(text)
	if err != nil {
		return fmt.Errorf("policy: %w", err)
	}
	leaf, err := hex.DecodeString(words[2])
	if err != nil {
		return err
	}
	return torchwood.VerifyProof(policy, tlog.Hash(leaf), data)
}

func serve(ctx context.Context, words []string) error {
	state, _, err := sqlite.New(ctx, sqlite.Opts{Path: words[0]})
	if err != nil {
		return err
	}
	secret, err := os.ReadFile(words[2])
	if err != nil {
		return err
	}
	signer, err := note.NewSignerForCosignatureV1(string(secret))
	if err != nil {
		return err
	}
	log, err := note.NewVerifier(words[3])
	if err != nil {
		return err
	}
	known := func(_ context.Context, origin string) (sumnote.Verifier, bool, error) {
		return log, origin == log.Name(), nil
	}
	made, err := witness.New(ctx, witness.Opts{Persistence: state, Signers: []sumnote.Signer{signer}, VerifierForLog: known})
	if err != nil {
		return err
	}
	routes := http.NewServeMux()
	routes.HandleFunc("POST /add-checkpoint", witness.NewHTTPHandler(made).AddCheckpoint)
	return http.ListenAndServe(words[1], routes)
}

func grow(ctx context.Context, words []string) error {
	secret, err := os.ReadFile(words[1])
	if err != nil {
		return err
	}
	signer, err := sumnote.NewSigner(string(secret))
	if err != nil {
		return err
	}
	policy, err := os.ReadFile(words[2])
	if err != nil {
		return err
	}
	witnesses, err := tessera.NewWitnessGroupFromPolicy(policy)
	if err != nil {
		return fmt.Errorf("policy: %w", err)
	}
	driver, err := posix.New(ctx, posix.Config{Path: words[0]})
	if err != nil {
		return err
	}
	options := tessera.NewAppendOptions().WithCheckpointSigner(signer).WithCheckpointInterval(200*time.Millisecond).
		WithBatching(256, 100*time.Millisecond).WithWitnesses(witnesses, &tessera.WitnessOptions{Timeout: 10 * time.Second})
	appender, shutdown, _, err := tessera.NewAppender(ctx, driver, options)
	if err != nil {
		return err
	}
	count, err := strconv.Atoi(words[3])
	if err != nil {
		return err
	}
	var added []tessera.IndexFuture
	for number := 0; number < count; number++ {
		entry := fmt.Appendf(nil, "%d of %d at %d", number, count, time.Now().UnixNano())
		added = append(added, appender.Add(ctx, tessera.NewEntry(entry)))
	}
	for _, wait := range added {
		if _, err := wait(); err != nil {
			return err
		}
	}
	bounded, cancel := context.WithTimeout(ctx, 60*time.Second)
	defer cancel()
	return shutdown(bounded)
}

func check(ctx context.Context, words []string) error {
	place, err := url.Parse(words[0])
	if err != nil {
		return err
	}
	source, err := client.NewHTTPFetcher(place, nil)
	if err != nil {
		return err
	}
	verifier, err := note.NewVerifier(words[1])
	if err != nil {
		return err
	}
	return fsck.New(verifier.Name(), verifier, source, leaves, fsck.Opts{N: 2}).Check(ctx)
}

func leaves(bundle []byte) ([][]byte, error) {
	read := &api.EntryBundle{}
	if err := read.UnmarshalText(bundle); err != nil {
		return nil, err
	}
	var hashes [][]byte
	for _, entry := range read.Entries {
		hashes = append(hashes, rfc6962.DefaultHasher.HashLeaf(entry))
	}
	return hashes, nil
}
