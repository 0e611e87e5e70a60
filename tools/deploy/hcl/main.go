// Compares Terraform files with what a provider knows.
//
//	hcl check SCHEMA.json FOLDER...   names every resource, argument and block that the provider does not know, and every
//	                                  required one that is not given; exits with 1 if there is any
//	hcl prune SCHEMA.json FOLDER...   takes out what it does not know, in place, and names it
//
// SCHEMA.json is as `terraform providers schema -json` prints it.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"sort"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclwrite"
)

type block struct {
	Attributes map[string]struct{ Required, Optional bool }
	BlockTypes map[string]struct {
		Block    block
		MinItems int `json:"min_items"`
	} `json:"block_types"`
}

type provider struct {
	Resources   map[string]struct{ Block block } `json:"resource_schemas"`
	DataSources map[string]struct{ Block block } `json:"data_source_schemas"`
}

// Terraform's own, in every resource.
var meta = map[string]bool{"count": true, "for_each": true, "depends_on": true, "provider": true, "lifecycle": true, "provisioner": true, "connection": true}

func main() {
	log.SetFlags(0)
	if len(os.Args) < 4 || (os.Args[1] != "check" && os.Args[1] != "prune") {
		log.Fatal("usage: hcl check|prune SCHEMA.json FOLDER...")
	}
	raw, err := os.ReadFile(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	var all struct {
		Schemas map[string]provider `json:"provider_schemas"`
	}
	if err := json.Unmarshal(raw, &all); err != nil || len(all.Schemas) != 1 {
		log.Fatalf("%s: not the schema of one provider: %v", os.Args[2], err)
	}
	var known provider
	for _, known = range all.Schemas {
	}
	found := 0
	for _, folder := range os.Args[3:] {
		files, _ := filepath.Glob(filepath.Join(folder, "*.tf"))
		for _, file := range files {
			found += judge(file, known, os.Args[1] == "prune")
		}
	}
	if found > 0 && os.Args[1] == "check" {
		os.Exit(1)
	}
}

// judge names what is unknown in a file, and takes it out if asked to.
func judge(file string, known provider, prune bool) int {
	raw, err := os.ReadFile(file)
	if err != nil {
		log.Fatal(err)
	}
	parsed, problems := hclwrite.ParseConfig(raw, file, hcl.InitialPos)
	if problems.HasErrors() {
		log.Fatal(problems.Error())
	}
	var found []string
	for _, item := range parsed.Body().Blocks() {
		kinds := map[string]map[string]struct{ Block block }{"resource": known.Resources, "data": known.DataSources}[item.Type()]
		if kinds == nil || len(item.Labels()) != 2 {
			continue
		}
		at := item.Labels()[0] + "." + item.Labels()[1]
		kind, ok := kinds[item.Labels()[0]]
		if !ok {
			found = append(found, at+": no such "+item.Type())
			parsed.Body().RemoveBlock(item)
			continue
		}
		found = append(found, inside(at, item.Body(), kind.Block, true, prune)...)
	}
	for _, line := range found {
		fmt.Println(line)
	}
	if prune && len(found) > 0 {
		if err := os.WriteFile(file, parsed.Bytes(), 0o644); err != nil {
			log.Fatal(err)
		}
	}
	return len(found)
}

func inside(at string, body *hclwrite.Body, known block, top, prune bool) []string {
	var found []string
	given := map[string]bool{}
	for name := range body.Attributes() {
		given[name] = true
		// What the provider only tells cannot be given.
		if attribute := known.Attributes[name]; !attribute.Required && !attribute.Optional && !(top && meta[name]) {
			found = append(found, at+": no argument "+name)
			body.RemoveAttribute(name)
		}
	}
	for _, inner := range body.Blocks() {
		given[inner.Type()] = true
		if kind, ok := known.BlockTypes[inner.Type()]; ok {
			found = append(found, inside(at+"."+inner.Type(), inner.Body(), kind.Block, false, prune)...)
		} else if !(top && meta[inner.Type()]) {
			found = append(found, at+": no block "+inner.Type())
			body.RemoveBlock(inner)
		}
	}
	if !prune {
		for name, attribute := range known.Attributes {
			if attribute.Required && !given[name] {
				found = append(found, at+": "+name+" is required")
			}
		}
		for name, kind := range known.BlockTypes {
			if kind.MinItems > 0 && !given[name] {
				found = append(found, at+": a block "+name+" is required")
			}
		}
	}
	sort.Strings(found)
	return found
}
