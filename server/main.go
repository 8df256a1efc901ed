// Command dateline is the program: `go run ./server`.
package main

func main() {}
