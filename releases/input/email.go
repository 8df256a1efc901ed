package input

// Email reads an address that can be mailed: "kerstin@länsstyrelsen.se". It returns the address as
// given (trimmed, without a display name) and its key: lower case, the domain as A-labels (RFC 5890),
// so that one person has one key. ok is false when it can't be mailed.
func Email(s string) (address, key string, ok bool) { panic("unwritten") }

// Mailbox reads what may stand in a From or Reply-To: an address, or a name and an address.
func Mailbox(s string) (name, address string, ok bool) { panic("unwritten") }
