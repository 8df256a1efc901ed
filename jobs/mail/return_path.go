package mail

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"strconv"
	"strings"
)

// ReturnPaths makes the addresses that bounces go back to, one for each delivery, and reads them: a
// bounce then tells by its own recipient whose it is, whatever it says (VERP). They read
// b.<dispatch>.<delivery>.<MAC>@domain. The MAC keeps strangers from making bounces up.
type ReturnPaths struct{ secrets [][]byte }

// NewReturnPaths signs with the first of the secrets, of which there is one at least, and accepts each.
func NewReturnPaths(secrets ...[]byte) ReturnPaths { return ReturnPaths{secrets} }

// Of is the return path of a dispatch's delivery at a domain.
func (p ReturnPaths) Of(domain, dispatch string, seq int) string {
	says := returnPathPrefix + dispatch + "." + strconv.FormatInt(int64(seq), 36)
	return says + "." + returnPathMAC(p.secrets[0], says) + "@" + domain
}

// Parse reads an address that a bounce came to. Servers on the way may have changed the case of its
// letters. ok is false when it is none of ours.
func (p ReturnPaths) Parse(address string) (dispatch string, seq int, ok bool) {
	local, _, _ := strings.Cut(strings.ToLower(address), "@")
	dot := strings.LastIndexByte(local, '.')
	if dot < 0 {
		return "", 0, false
	}
	says, mac := local[:dot], local[dot+1:]
	for _, secret := range p.secrets {
		ok = hmac.Equal([]byte(mac), []byte(returnPathMAC(secret, says))) || ok
	}
	dispatch, digits, _ := strings.Cut(strings.TrimPrefix(says, returnPathPrefix), ".")
	n, err := strconv.ParseInt(digits, 36, 32)
	if !ok || err != nil {
		return "", 0, false
	}
	return dispatch, int(n), true
}

const returnPathPrefix = "b."

// returnPathMAC is 80 bits of a MAC, in letters and digits that survive a change of case.
func returnPathMAC(secret []byte, says string) string {
	mac := hmac.New(sha256.New, secret)
	fmt.Fprintf(mac, "return path|%s", says)
	return strings.ToLower(base32.StdEncoding.EncodeToString(mac.Sum(nil)[:10]))
}
