package main

import (
	"fmt"
	"strconv"

	"github.com/taosdata/driver-go/v3/af/tmq"
	tmqCommon "github.com/taosdata/driver-go/v3/common/tmq"
)

// consumer subscribes by af/tmq: rows, changes of tables, offsets, commits.
func consumer(s Server) {
	db := s.Create("VGROUPS 1 WAL_RETENTION_PERIOD 3600")
	topic := s.Database + "_go"
	run(db, "CREATE STABLE st (ts TIMESTAMP, v INT, n NCHAR(10)) TAGS (g INT)")
	run(db, "CREATE TOPIC "+topic+" WITH META AS DATABASE "+s.Database)
	run(db, "INSERT INTO c1 USING st TAGS (1) VALUES (1700000000000, 1, '一') (1700000000001, NULL, NULL)")
	run(db, "INSERT INTO c2 USING st TAGS (2) VALUES (1700000000000, 3, 'x')")

	c := s.subscribe(topic)
	values, tables := s.consume(c, topic, 3)
	same("values", fmt.Sprint(values), "[1 一 <nil> <nil> 3 x]")
	same("tables", tables["st"] && tables["c1"] && tables["c2"], true)

	assigned, err := c.Assignment()
	same("assignment", err, nil)
	same("vgroups", len(assigned), 1)
	committed, err := c.Commit()
	same("commit", err, nil)
	position, err := c.Position(assigned)
	same("position", err, nil)
	same("committed", committed[0].Offset, position[0].Offset)

	// from the beginning again
	begin := assigned[0]
	begin.Offset = 0
	same("seek", c.Seek(begin, 0), nil)
	values, _ = s.consume(c, topic, 3)
	same("values again", fmt.Sprint(values), "[1 一 <nil> <nil> 3 x]")
	committed, err = c.CommitOffsets([]tmqCommon.TopicPartition{begin})
	same("commit of an offset", err, nil)
	same("committed offset", committed[0].Offset, begin.Offset)
	same("unsubscribe", c.Unsubscribe(), nil)
	same("close", c.Close(), nil)

	// another consumer of the group starts where that is
	c = s.subscribe(topic)
	values, _ = s.consume(c, topic, 3)
	same("values of another", len(values), 6)
	same("close another", c.Close(), nil)

	run(db, "DROP TOPIC "+topic)
	same("close the database", db.Close(), nil)
}

func (s Server) subscribe(topic string) *tmq.Consumer {
	conf := tmqCommon.ConfigMap{
		"group.id":            "go",
		"auto.offset.reset":   "earliest",
		"td.connect.ip":       s.Host,
		"td.connect.user":     "root",
		"td.connect.pass":     "taosdata",
		"client.id":           "driver-go",
		"enable.auto.commit":  "false",
		"msg.with.table.name": "true",
	}
	if s.Port != 0 {
		conf["td.connect.port"] = strconv.Itoa(s.Port)
	}
	c, err := tmq.NewConsumer(&conf)
	same("consumer", err, nil)
	same("subscribe", c.Subscribe(topic, nil), nil)
	return c
}

// consume polls until there were so many rows: their values but for the time, and the tables that were made.
func (s Server) consume(c *tmq.Consumer, topic string, wanted int) (values []any, tables map[string]bool) {
	tables = map[string]bool{}
	take := func(data []*tmqCommon.Data) {
		for _, block := range data {
			for _, row := range block.Data {
				for _, value := range row[1:] {
					values = append(values, value)
				}
				wanted--
			}
		}
	}
	made := func(meta *tmqCommon.Meta) {
		tables[meta.TableName] = true
		for _, child := range meta.CreateList {
			tables[child.TableName] = true
		}
	}
	for polls := 0; wanted > 0 && polls < 40; polls++ {
		switch message := c.Poll(500).(type) {
		case *tmqCommon.DataMessage:
			same("topic", message.Topic(), topic)
			same("database", message.DBName(), s.Database)
			take(message.Value().([]*tmqCommon.Data))
		case *tmqCommon.MetaDataMessage:
			data := message.Value().(*tmqCommon.MetaData)
			made(data.Meta)
			take(data.Data)
		case *tmqCommon.MetaMessage:
			made(message.Value().(*tmqCommon.Meta))
		case tmqCommon.Error:
			fail("poll: %v", message)
		}
	}
	return values, tables
}
