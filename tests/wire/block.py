"""Raw blocks (the bytes of a fetched result), written from the layout alone: for answers, and for lies."""
import struct

VARIABLE = {8: 2, 10: 2, 15: 2, 16: 2, 18: 4, 19: 4, 20: 2}  # type -> bytes of a cell's length
FIXED = {1: "<b", 2: "<b", 3: "<h", 4: "<i", 5: "<q", 6: "<f", 7: "<d", 9: "<q", 11: "<B", 12: "<H", 13: "<I", 14: "<Q"}


def column(kind, values):
    """(offsets or null bitmap, data) of a column."""
    if kind in VARIABLE:
        offsets, data = b"", b""
        for value in values:
            offsets += struct.pack("<i", -1 if value is None else len(data))
            if value is not None:
                value = value.encode("utf-32-le" if kind == 10 else "utf-8") if isinstance(value, str) else value
                data += len(value).to_bytes(VARIABLE[kind], "little") + value
        return offsets, data
    bitmap = bytearray((len(values) + 7) // 8)
    data = b""
    for row, value in enumerate(values):
        if value is None:
            bitmap[row // 8] |= 0x80 >> row % 8
        data += struct.pack(FIXED[kind], 0 if value is None else value)
    return bytes(bitmap), data


def block(columns):
    """The block of [(type, schema bytes, [values])]."""
    rows = len(columns[0][2])
    bodies = [column(kind, values) for kind, _, values in columns]
    schema = b"".join(struct.pack("<Bi", kind, width) for kind, width, _ in columns)
    lengths = b"".join(struct.pack("<i", len(data)) for _, data in bodies)
    body = schema + lengths + b"".join(meta + data for meta, data in bodies) + b"\0"
    return struct.pack("<iiiiIQ", 1, 28 + len(body), rows, len(columns), 0x80000000, 0) + body


def reply_of(fields, precision=0):
    """The query reply's keys for [(name, type, user bytes)]."""
    return {"is_update": False, "affected_rows": 0, "fields_count": len(fields), "fields_names": [name for name, _, _ in fields],
            "fields_types": [kind for _, kind, _ in fields], "fields_lengths": [width for _, _, width in fields], "precision": precision,
            "fields_precisions": [0] * len(fields), "fields_scales": [0] * len(fields)}


# Three rows with the two kinds of columns, NULLs, an empty string and text beyond ASCII.
FIELDS = [("ts", 9, 8), ("v", 4, 4), ("s", 8, 16), ("n", 10, 8)]
ROWS = [(1700000000000, 10, "abc", "é中"), (1700000001000, None, None, None), (1700000002000, -1, "", "x")]
SAMPLE = block([(9, 8, [r[0] for r in ROWS]), (4, 4, [r[1] for r in ROWS]), (8, 18, [r[2] for r in ROWS]), (10, 34, [r[3] for r in ROWS])])
SAMPLE_REPLY = reply_of(FIELDS)
SAMPLE_ROWS = [tuple(None if cell is None else str(cell) for cell in row) for row in ROWS]
