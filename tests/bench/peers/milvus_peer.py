"""pymilvus beside cameo_milvus_bench, same vectors, same server. Called by ../milvus.sh."""
import base64
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time

import numpy
from pymilvus import AnnSearchRequest, DataType, MilvusClient, RRFRanker
from turns import Program, machine, report, take_turns, timed, write

DOCUMENTS, QUERIES, K, BATCH = 3_000, 30, 100, 250
VOCABULARY, TOKEN_WIDTH, WIDTH, TERMS, TOKENS = 30_522, 128, 384, 120, 40
TEXT = 65_532


def made_up(count, rng):
    tokens = rng.integers(TOKENS // 2, TOKENS * 3 // 2, count)
    terms = rng.integers(TERMS // 2, TERMS * 3 // 2, count)
    unit = lambda rows: rows / numpy.linalg.norm(rows, axis=1, keepdims=True)
    return {
        "terms_each": terms,
        "tokens_each": tokens,
        "terms": numpy.concatenate([numpy.sort(rng.choice(VOCABULARY, n, replace=False)) for n in terms]).astype(numpy.int32),
        "weights": rng.random(terms.sum(), numpy.float32) + 0.1,
        "rows": unit(rng.standard_normal((tokens.sum(), TOKEN_WIDTH), numpy.float32)),
        "pooled": unit(rng.standard_normal((count, WIDTH), numpy.float32)),
    }


def sparse(data):
    ends = data["terms_each"].cumsum()
    return [dict(zip(data["terms"][e - n : e].tolist(), data["weights"][e - n : e].tolist())) for e, n in zip(ends, data["terms_each"])]


class Server:
    def __init__(self, program, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"127.0.0.1:{port}"
        self.process = subprocess.Popen([program, "server", "--data-dir", folder / "data", "--host", "127.0.0.1", "--port", str(port)],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.1)
        raise SystemExit("bench: the server does not come up")

    def stop(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def load(client, name, data):
    """What Cameo's loader does with the same vectors, the token vectors in half precision as text beside the others."""
    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("id", DataType.INT64, is_primary=True)
    schema.add_field("sparse_0", DataType.SPARSE_FLOAT_VECTOR)
    schema.add_field("dense_2", DataType.FLOAT_VECTOR, dim=WIDTH)
    for field in range(2):
        schema.add_field(f"stored_{field}", DataType.VARCHAR, max_length=TEXT)
    client.create_collection(name, schema=schema)
    terms, ends = sparse(data), data["tokens_each"].cumsum()
    rows = data["rows"].astype(numpy.float16)
    for first in range(0, DOCUMENTS, BATCH):
        batch = []
        for at in range(first, first + BATCH):
            text = base64.b64encode(rows[ends[at] - data["tokens_each"][at] : ends[at]].tobytes()).decode()
            batch.append({"id": at, "sparse_0": terms[at], "dense_2": data["pooled"][at], "stored_0": text[:TEXT], "stored_1": text[TEXT:]})
        client.insert(name, batch)
    client.flush(name)
    indexes = client.prepare_index_params()
    indexes.add_index("dense_2", index_type="FLAT", metric_type="IP")
    indexes.add_index("sparse_0", index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
    client.create_index(name, indexes)
    client.load_collection(name)
    if client.query(name, output_fields=["count(*)"])[0]["count(*)"] != DOCUMENTS:
        raise SystemExit("bench: pymilvus has lost documents")


def search(client, name, data, fields):
    terms = sparse(data)
    for query in range(QUERIES):
        client.hybrid_search(name, [AnnSearchRequest([data["pooled"][query]], "dense_2", {"metric_type": "IP"}, K),
                                    AnnSearchRequest([terms[query]], "sparse_0", {"metric_type": "IP"}, K)],
                             RRFRanker(60), limit=2 * K, output_fields=fields)


def main(program, server_program, rounds):
    print(machine("pymilvus", "milvus-lite", "numpy"))
    rng = numpy.random.default_rng(1)
    documents, queries = made_up(DOCUMENTS, rng), made_up(QUERIES, rng)
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        for which, data in (("documents", documents), ("queries", queries)):
            write(folder, **{f"{which}_{name}": values for name, values in data.items()})
        write(folder, shape=numpy.array([VOCABULARY, TOKEN_WIDTH, WIDTH]))
        os.environ["CAMEO_HOME"] = str(folder / "home")
        server = Server(server_program, folder)
        try:
            client = MilvusClient(f"http://{server.address}")

            def peer():
                load(client, "peer", documents)
                client.drop_collection("peer")

            print(f"{DOCUMENTS} documents of {TERMS} terms, {TOKENS} token vectors of {TOKEN_WIDTH} and one of {WIDTH}: until they can be searched")
            ours = Program(program, folder, f"milvus://{server.address}", "load")
            best = take_turns(rounds, cameo=ours.round, pymilvus=lambda: timed(peer))
            ours.close()
            for name, (wall, _) in best.items():
                print(f"  {name:28} {wall:7.2f} s, {DOCUMENTS / wall:7.0f} documents/s" + ("" if name == "cameo" else f"   cameo is {wall / best['cameo'][0]:.2f}x by the clock"))

            load(client, "peer", documents)
            print(f"best {K} of both experts; cold: with the documents and all scores, warm: these are in memory")
            everything = ["sparse_0", "dense_2", "stored_0", "stored_1"]
            for kind, fields in (("cold", everything), ("warm", ["id"])):
                ours = Program(program, folder, f"milvus://{server.address}", kind)
                best = take_turns(rounds, cameo=ours.round, **{f"pymilvus, {'all fields' if kind == 'cold' else 'ids only'}": lambda: timed(lambda: search(client, "peer", queries, fields))})
                ours.close()
                print(f" {kind}")
                report(QUERIES, best)
        finally:
            server.stop()


main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
