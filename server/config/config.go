// Package config reads Dateline's settings from the environment, once, and checks them whole before
// anything is opened: every fault is reported in one message.
package config

import "dateline/jobs/mail"

// Config is every setting. Only package main imports it.
type Config struct {
	Addr     string       // host:port to listen on
	URL      string       // public base address, without a slash at its end
	Data     string       // directory of the embedded defaults
	Database string       // postgres://... or the path of the SQLite file
	Redis    string       // "" runs one in the process
	SMTP     []mail.Relay // none captures mail
	Web      bool
	Worker   bool
	Secret   []byte
	Metrics  string // "" is off
}

// Load reads the environment through getenv. Its error lists every wrong setting, a line each.
func Load(getenv func(string) string) (Config, error) { panic("unwritten") }
