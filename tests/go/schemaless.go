package main

import (
	"fmt"
	"strings"

	"github.com/taosdata/driver-go/v3/af"
)

// schemaless: rows in the three protocols, given line by line and as a text, read back by SQL.
func schemaless(server Server) {
	db := server.Create("")
	defer db.Close()
	conn, err := af.Open(server.Host, "root", "taosdata", server.Database, server.Port)
	same("open", err, nil)
	count := func(table string, rows, sum int64) {
		var n, s int64
		same(table, db.QueryRow("SELECT COUNT(*), SUM(v) FROM "+table).Scan(&n, &s), nil)
		same(table, []int64{n, s}, []int64{rows, sum})
	}

	lines := make([]string, 1000)
	var sum int64
	for i := range lines {
		lines[i] = fmt.Sprintf("lines,t=t%d v=%di,s=\"é %d\" %d", i%7, i, i, 1700000000000+i)
		sum += int64(i)
	}
	same("lines", conn.InfluxDBInsertLines(lines, "ms"), nil)
	count("lines", 1000, sum)
	text := strings.ReplaceAll(strings.Join(lines, "\n"), "lines,", "texts,")
	same("text", conn.InfluxDBInsertLinesWithReqID(text, "ms", 77, 30, ""), nil)
	count("texts", 1000, sum)
	var ttl int
	same("ttl", db.QueryRow("SELECT DISTINCT `ttl` FROM information_schema.ins_tables WHERE db_name = '"+server.Database+"' AND stable_name = 'texts'").Scan(&ttl), nil)
	same("ttl", ttl, 30)
	same("key", conn.InfluxDBInsertLinesWithReqID("keyed,tb=mine,t=a v=1i 1700000000000", "ms", 78, 0, "tb"), nil)
	count("mine", 1, 1)

	same("telnet", conn.OpenTSDBInsertTelnetLines([]string{"telnet 1700000000 1i v=1", "telnet 1700000001 2i v=1"}), nil)
	same("telnet", conn.OpenTSDBInsertTelnetLinesWithReqID("telnet 1700000002 3i v=1\ntelnet 1700000003 4i v=1", 79, 0, ""), nil)
	var values int64
	same("telnet", db.QueryRow("SELECT SUM(_value) FROM telnet").Scan(&values), nil)
	same("telnet", values, int64(10))
	same("json", conn.OpenTSDBInsertJsonPayload(`{"metric":"json","timestamp":1700000000000,"value":"世界","tags":{"t":true}}`), nil)
	same("json", conn.OpenTSDBInsertJsonPayloadWithReqID(`[{"metric":"json","timestamp":1700000000001,"value":"2","tags":{"t":true}}]`, 80, 0, ""), nil)
	var word string
	same("json", db.QueryRow("SELECT _value FROM json ORDER BY _ts LIMIT 1").Scan(&word), nil)
	same("json", word, "世界")

	refused("value", conn.InfluxDBInsertLines([]string{"m v=1 1", "m v=many 1"}, "ms"), 0x203, "invalid data:many 1")
	refused("text", conn.InfluxDBInsertLinesWithReqID("broken line", "ms", 81, 0, ""), 0x21f, "SML line invalid key or key is too long than 64:line")
	refused("json", conn.OpenTSDBInsertJsonPayload("no json"), 0x221, "Invalid JSON format")
	same("close", conn.Close(), nil)
}
