// SPDX-License-Identifier: Apache-2.0

// Renders a template for a bridge as that bridge does: the same engine, the same functions, the same shape of
// data, made of the body that Alertmanager posts.
//
//	render dingtalk|prometheusalert FILE [TEXT] <body
//
// prometheus-webhook-dingtalk decodes the body into structures and executes TEXT beside the templates of FILE;
// PrometheusAlert decodes it into maps and executes FILE itself. Several bodies, one after another, give a JSON list
// of what each becomes.
package main

import (
	"encoding/json"
	"errors"
	"io"
	"log"
	"os"
	"regexp"
	"strings"
	"text/template"
	"time"

	"github.com/Masterminds/sprig"
)

type labels map[string]string

type alert struct {
	Status, GeneratorURL, Fingerprint string
	Labels, Annotations               labels
	StartsAt, EndsAt                  time.Time
}

type alerts []alert

func (all alerts) of(status string) []alert {
	chosen := []alert{}
	for _, one := range all {
		if one.Status == status {
			chosen = append(chosen, one)
		}
	}
	return chosen
}

func (all alerts) Firing() []alert   { return all.of("firing") }
func (all alerts) Resolved() []alert { return all.of("resolved") }

// What it knows of the body: not how many alerts were left out.
type message struct {
	Receiver, Status, ExternalURL                string
	Alerts                                       alerts
	GroupLabels, CommonLabels, CommonAnnotations labels
}

func structures(decode func(interface{}) error) (interface{}, error) {
	var body message
	err := decode(&body)
	return &body, err
}

func maps(decode func(interface{}) error) (interface{}, error) {
	var body interface{}
	err := decode(&body)
	return body, err
}

func dingtalk(file, text string) (*template.Template, error) {
	base := template.New("").Option("missingkey=zero").Funcs(template.FuncMap{
		"toUpper":  strings.ToUpper,
		"toLower":  strings.ToLower,
		"markdown": func(text string) string { return regexp.MustCompile("[_*`]").ReplaceAllString(text, `\$0`) },
	}).Funcs(sprig.TxtFuncMap())
	if _, err := base.ParseFiles(file); err != nil {
		return nil, err
	}
	return base.New("").Option("missingkey=zero").Parse(text)
}

func prometheusalert(file string) (*template.Template, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	// Those that it has in common with Alertmanager.
	return template.New("").Funcs(template.FuncMap{
		"toUpper":     strings.ToUpper,
		"toLower":     strings.ToLower,
		"title":       strings.Title,
		"join":        func(between string, words []string) string { return strings.Join(words, between) },
		"match":       regexp.MatchString,
		"stringSlice": func(words ...string) []string { return words },
		"reReplaceAll": func(pattern, replacement, text string) string {
			return regexp.MustCompile(pattern).ReplaceAllString(text, replacement)
		},
	}).Parse(string(text))
}

func main() {
	log.SetFlags(0)
	if len(os.Args) < 3 {
		log.Fatal("usage: render dingtalk|prometheusalert FILE [TEXT]")
	}
	var parsed *template.Template
	var err error
	shape := maps
	if os.Args[1] == "dingtalk" {
		shape = structures
		parsed, err = dingtalk(os.Args[2], os.Args[3])
	} else {
		parsed, err = prometheusalert(os.Args[2])
	}
	if err != nil {
		log.Fatal(err)
	}
	rendered := []string{}
	decoder := json.NewDecoder(os.Stdin)
	for {
		data, err := shape(func(body interface{}) error { return decoder.Decode(body) })
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			log.Fatal(err)
		}
		var text strings.Builder
		if err := parsed.Execute(&text, data); err != nil {
			log.Fatal(err)
		}
		rendered = append(rendered, text.String())
	}
	if err := json.NewEncoder(os.Stdout).Encode(rendered); err != nil {
		log.Fatal(err)
	}
}
