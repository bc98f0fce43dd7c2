"""An adapter's statements, for scripts to override step by step."""
import struct

from wire.scripted import Adapter, BINARY

FIELDS = [{"name": "ts", "field_type": 9, "precision": 0, "scale": 0, "bytes": 8, "bind_type": 1},
          {"name": "v", "field_type": 4, "precision": 0, "scale": 0, "bytes": 4, "bind_type": 1}]
RESULT = {"fields_count": 2, "fields_names": ["ts", "v"], "fields_types": [9, 4], "fields_lengths": [8, 4], "precision": 0,
          "fields_precisions": [0, 0], "fields_scales": [0, 0]}


class Statements(Adapter):
    """Every statement is an insert of (ts, v), unless it is a select; binds are kept, whatever they hold."""

    def __init__(self):
        self.binds = []
        self.last = 0
        self.inserts = {}

    def message(self, peer, kind, data):
        if kind == BINARY and struct.unpack_from("<Q", data, 16)[0] == 9:
            req_id, stmt, _ = struct.unpack_from("<QQQ", data)
            peer.server.note("stmt2_bind", {"req_id": req_id, "stmt_id": stmt})
            self.binds.append(data)
            self.bind(peer, req_id, stmt)
        else:
            super().message(peer, kind, data)

    def bind(self, peer, req_id, stmt):
        self.reply(peer, "stmt2_bind", req_id, stmt_id=stmt)

    def on_stmt2_init(self, peer, req_id, args):
        self.last += 1
        self.reply(peer, "stmt2_init", req_id, stmt_id=self.last)

    def on_stmt2_prepare(self, peer, req_id, args):
        insert = args["sql"].lower().startswith("insert")
        self.inserts[args["stmt_id"]] = insert
        fields = FIELDS if insert and args["get_fields"] else None
        self.reply(peer, "stmt2_prepare", req_id, stmt_id=args["stmt_id"], is_insert=insert, fields=fields, fields_count=len(fields or [0]))

    def on_stmt2_exec(self, peer, req_id, args):
        self.reply(peer, "stmt2_exec", req_id, stmt_id=args["stmt_id"], affected=int(self.inserts.get(args["stmt_id"], True)))

    def on_stmt2_result(self, peer, req_id, args):
        number = peer.server.next_result()
        peer.results[number] = []
        self.reply(peer, "stmt2_result", req_id, stmt_id=args["stmt_id"], id=number, **RESULT)

    def on_stmt2_close(self, peer, req_id, args):
        self.reply(peer, "stmt2_close", req_id, stmt_id=args["stmt_id"])


class OldStatements(Adapter):
    """The same before 3.3.3.0, by version 1's actions. `tags`, `columns`: what an insert binds; `steps` keeps what was done, in order:
    the action, and its own argument, its block, or what it is done with."""
    version = "3.3.2.0"
    tags, columns = [], [{key: value for key, value in field.items() if key != "bind_type"} for field in FIELDS]

    def __init__(self):
        self.steps, self.texts, self.last = [], {}, 0

    def message(self, peer, kind, data):
        action = struct.unpack_from("<Q", data, 16)[0] if kind == BINARY else None
        if action not in (1, 2):
            return super().message(peer, kind, data)
        req_id, stmt, _ = struct.unpack_from("<QQQ", data)
        action = "set_tags" if action == 1 else "bind"
        peer.server.note(action, {"req_id": req_id, "stmt_id": stmt})
        self.step(peer, action, req_id, stmt, data[24:])

    def step(self, peer, action, req_id, stmt, what=None, **keys):
        self.steps.append((stmt, action, what))
        self.reply(peer, action, req_id, stmt_id=stmt, **keys)

    def on_init(self, peer, req_id, args):
        self.last += 1
        self.step(peer, "init", req_id, self.last)

    def on_prepare(self, peer, req_id, args):
        self.texts[args["stmt_id"]] = args["sql"].lower()
        self.step(peer, "prepare", req_id, args["stmt_id"], args["sql"], is_insert=args["sql"].lower().startswith("insert"))

    def on_set_table_name(self, peer, req_id, args):
        self.step(peer, "set_table_name", req_id, args["stmt_id"], args["name"])

    def on_get_tag_fields(self, peer, req_id, args):
        self.step(peer, "get_tag_fields", req_id, args["stmt_id"], **({"fields": self.tags} if self.tags else {}))

    def on_get_col_fields(self, peer, req_id, args):
        self.step(peer, "get_col_fields", req_id, args["stmt_id"], fields=self.columns)

    def on_stmt_num_params(self, peer, req_id, args):
        self.step(peer, "stmt_num_params", req_id, args["stmt_id"], num_params=self.texts[args["stmt_id"]].count("?"))

    def on_add_batch(self, peer, req_id, args):
        self.step(peer, "add_batch", req_id, args["stmt_id"])

    def on_exec(self, peer, req_id, args):
        insert = self.texts.get(args["stmt_id"], "").startswith("insert")
        self.step(peer, "exec", req_id, args["stmt_id"], affected=int(insert))

    def on_use_result(self, peer, req_id, args):
        number = peer.server.next_result()
        peer.results[number] = []
        self.step(peer, "use_result", req_id, args["stmt_id"], result_id=number, **RESULT)

    def on_close(self, peer, req_id, args):
        self.steps.append((args["stmt_id"], "close", None))  # not answered
