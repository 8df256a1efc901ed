package releases_test

import (
	"strings"
	"testing"

	"dateline/releases"

	"golang.org/x/net/html"
)

func TestHTML_WritesWhatAPageMayShow(t *testing.T) {
	for name, test := range map[string]struct{ in, want string }{
		"headings begin at h2":   {"# Om\n\n###### Sist", "<h2>Om</h2>\n<h3>Sist</h3>\n"},
		"wherever they begin":    {"## Om\n\n### Mer\n\n## Sist", "<h2>Om</h2>\n<h3>Mer</h3>\n<h2>Sist</h2>\n"},
		"no heading is skipped":  {"### Om\n\n## Mer\n\n#### Sist\n\n### Nej", "<h2>Om</h2>\n<h2>Mer</h2>\n<h3>Sist</h3>\n<h3>Nej</h3>\n"},
		"six levels":             {"# 1\n## 2\n### 3\n#### 4\n##### 5\n###### 6", "<h2>1</h2>\n<h3>2</h3>\n<h4>3</h4>\n<h5>4</h5>\n<h6>5</h6>\n<h6>6</h6>\n"},
		"a heading left out":     {"# ![](x.png)\n\n## Om", "<h2>Om</h2>\n"},
		"quote":                  {"> Vi är glada.", "<blockquote>\n<p>Vi är glada.</p>\n</blockquote>\n"},
		"quote dash":             {"– Vi är *glada*, säger Kerstin.", "<p>– Vi är <em>glada</em>, säger Kerstin.</p>\n"},
		"typed line breaks":      {"Kerstin\ntel: 010-225", "<p>Kerstin<br>\ntel: 010-225</p>\n"},
		"lists":                  {"3. tre\n4. fyra\n\n- ett", "<ol start=\"3\">\n<li>tre</li>\n<li>fyra</li>\n</ol>\n<ul>\n<li>ett</li>\n</ul>\n"},
		"code":                   {"`a<b`\n\n    c & d", "<p><code>a&lt;b</code></p>\n<pre><code>c &amp; d\n</code></pre>\n"},
		"quotation marks":        {`"så" -- och ...`, "<p>&#34;så&#34; -- och ...</p>\n"},
		"bare IDN link":          {"Läs mer: www.duavgör.se", `<p>Läs mer: <a href="http://www.xn--duavgr-0xa.se">www.duavgör.se</a></p>` + "\n"},
		"bare IDN link, path":    {"https://Duavgör.se/om?å=1&b=2.", `<p><a href="https://xn--duavgr-0xa.se/om?%C3%A5=1&amp;b=2">https://Duavgör.se/om?å=1&amp;b=2</a>.</p>` + "\n"},
		"IDN link with words":    {"[Du avgör](http://www.duavgör.se/)", `<p><a href="http://www.xn--duavgr-0xa.se/">Du avgör</a></p>` + "\n"},
		"bare link":              {"(http://www.stockholm.se/KAST)", `<p>(<a href="http://www.stockholm.se/KAST">http://www.stockholm.se/KAST</a>)</p>` + "\n"},
		"address in brackets":    {"<https://example.org/>", `<p><a href="https://example.org/">https://example.org/</a></p>` + "\n"},
		"bare mail address":      {"mail: Kerstin.Bergman@lansstyrelsen.se.", `<p>mail: <a href="mailto:Kerstin.Bergman@lansstyrelsen.se">Kerstin.Bergman@lansstyrelsen.se</a>.</p>` + "\n"},
		"telephone":              {"[ring](tel:+4610225)", `<p><a href="tel:+4610225">ring</a></p>` + "\n"},
		"relative link":          {"[om](/om#x)", `<p><a href="https://news.example.org/om#x">om</a></p>` + "\n"},
		"link by reference":      {"[om][1]\n\n[1]: /om \"Titel\"", `<p><a href="https://news.example.org/om" title="Titel">om</a></p>` + "\n"},
		"no other schemes":       {"[a](javascript:alert(1)) [b](data:text/html,x) [c](jav&#x09;ascript:x)", "<p>a b c</p>\n"},
		"HTML is text":           {"a <b>c</b> <script>x</script>", "<p>a &lt;b&gt;c&lt;/b&gt; &lt;script&gt;x&lt;/script&gt;</p>\n"},
		"a block of HTML is too": {"<script>\nx\n</script>", "<p>&lt;script&gt;<br>\nx<br>\n&lt;/script&gt;</p>\n"},
		"pictures are left out":  {"före\n\n![bild](x.png)\n\nefter ![](y.png) här", "<p>före</p>\n<p>efter  här</p>\n"},
		"entities in addresses":  {"[a](https://example.org/?a=1&amp;copy;=2)", `<p><a href="https://example.org/?a=1&amp;copy;=2">a</a></p>` + "\n"},
		"empty":                  {"", ""},
	} {
		if got := string(releases.HTML(test.in, "https://news.example.org/dalarna/x")); got != test.want {
			t.Errorf("%s:\n got %q\nwant %q", name, got, test.want)
		}
	}
}

func TestHTML_WithoutABase_LeavesRelativeLinksAlone(t *testing.T) {
	if got := string(releases.HTML("[om](/om)", "")); got != "<p><a href=\"/om\">om</a></p>\n" {
		t.Errorf("got %q", got)
	}
}

func TestPlain_ReadsAsText(t *testing.T) {
	for name, test := range map[string]struct{ in, want string }{
		"paragraphs":        {"# Om *oss*\n\nEtt\ntvå\n\nTre", "Om oss\n\nEtt\ntvå\n\nTre"},
		"quote":             {"> Ett\n>\n> två", "> Ett\n>\n> två"},
		"quote dash":        {"– Vi är glada.", "– Vi är glada."},
		"lists":             {"- ett\n- två\n  - inre\n\n9. nio\n10. tio", "- ett\n- två\n  - inre\n\n9. nio\n10. tio"},
		"loose list":        {"- ett\n\n  mer\n\n- två", "- ett\n\n  mer\n\n- två"},
		"link":              {"[Läs mer](https://example.org/a)", "Läs mer (https://example.org/a)"},
		"link to itself":    {"[example.org](https://example.org/)", "https://example.org/"},
		"bare IDN link":     {"Läs mer: www.duavgör.se.", "Läs mer: www.duavgör.se."},
		"bare mail address": {"mail: a@example.org", "mail: a@example.org"},
		"mail link":         {"[Skriv](mailto:a@example.org) [b@example.org](mailto:b@example.org)", "Skriv (a@example.org) b@example.org"},
		"no other schemes":  {"[a](javascript:alert(1)) [b](/b)", "a b"},
		"escapes":           {`\*inte\* &aring; &amp;amp; a\&amp;b`, `*inte* å &amp; a&amp;b`},
		"code":              {"`a\\*b &amp;`\n\n    rad 1\n      rad 2", "a\\*b &amp;\n\nrad 1\n  rad 2"},
		"HTML is text":      {"a <b>c</b>", "a <b>c</b>"},
		"pictures":          {"före\n\n![bild](x.png)\n\nefter", "före\n\nefter"},
		"rule":              {"a\n\n---\n\nb", "a\n\n* * *\n\nb"},
		"hard break":        {"a  \nb\\\nc", "a\nb\nc"},
		"reference":         {"[om][1]\n\n[1]: https://example.org/om", "om (https://example.org/om)"},
		"empty":             {"", ""},
	} {
		if got := releases.Plain(test.in); got != test.want {
			t.Errorf("%s:\n got %q\nwant %q", name, got, test.want)
		}
	}
}

// FuzzHTML holds the policy: whatever is typed, a browser finds only these elements and attributes,
// every element closed, and no address that runs.
func FuzzHTML(f *testing.F) {
	f.Add("# A\n\n<script>alert(1)</script> [x](javascript:alert(1)) ![x](y)", "https://example.org/")
	f.Add("[x](java&#115;cript:alert(1)) <img src=x onerror=alert(1)> <javascript:x>", "")
	f.Add("1. a\n   > b\n\n[a]: <b \"c>", "x:y")
	f.Add("[![a](b)](c) www.ö.se\" onclick=\"x", "//example.org")
	allowed := map[string]bool{}
	for _, name := range strings.Fields("p br h2 h3 h4 h5 h6 strong em blockquote ul ol li pre code hr a") {
		allowed[name] = true
	}
	f.Fuzz(func(t *testing.T, markdown, base string) {
		releases.Plain(markdown)
		rendered := string(releases.HTML(markdown, base))
		depth := 0
		for tokens := html.NewTokenizer(strings.NewReader(rendered)); ; {
			kind := tokens.Next()
			if kind == html.ErrorToken {
				break
			}
			token := tokens.Token()
			switch kind {
			case html.TextToken:
				continue
			case html.StartTagToken:
				if token.Data != "br" && token.Data != "hr" {
					depth++
				}
			case html.EndTagToken:
				depth--
			}
			if !allowed[token.Data] {
				t.Fatalf("<%s> in %q", token.Data, rendered)
			}
			for _, attribute := range token.Attr {
				value := strings.ToLower(strings.Join(strings.Fields(attribute.Val), ""))
				scheme, _, has := strings.Cut(value, ":")
				switch {
				case attribute.Key == "title" || attribute.Key == "start":
				case attribute.Key != "href":
					t.Fatalf("%s on <%s> in %q", attribute.Key, token.Data, rendered)
				case has && !strings.ContainsAny(scheme, "/?#") && scheme != "http" && scheme != "https" && scheme != "mailto" && scheme != "tel":
					t.Fatalf("%q leads to %s", rendered, attribute.Val)
				}
			}
		}
		if depth != 0 {
			t.Fatalf("%d elements are open at the end of %q", depth, rendered)
		}
	})
}
