"""Writes a collection of as many documents as asked for, in BEIR's form: first every Debian package with a long description,
then WordNet's glosses, then documents made of their sentences, drawn with a seed, so that 10,000 documents are the first of
100,000 and these of a million. Queries are the packages' synopses; each is judged to have its package.

    scale_corpus.py FOLDER DOCUMENTS

Packages and WordNet come by apt into a folder of their own beside FOLDER: nothing on the machine changes.
"""
import json
import pathlib
import random
import re
import subprocess
import sys


def apt_options(own):
    (own / "lists/partial").mkdir(parents=True, exist_ok=True)
    (own / "cache").mkdir(exist_ok=True)
    return ["-o", "Acquire::Languages=en", "-o", f"Dir::State::lists={own}/lists", "-o", f"Dir::Cache={own}/cache"]


def stanzas(text):
    for stanza in text.split("\n\n"):
        fields, key = {}, None
        for line in stanza.splitlines():
            if line.startswith(" ") and key:
                fields[key] += "\n" + line[1:]
            elif ": " in line or line.endswith(":"):
                key, _, value = line.partition(":")
                fields[key] = value.strip()
        if fields:
            yield fields


def packages(own):
    """(name, synopsis, description), by name."""
    options = apt_options(own)
    subprocess.run(["apt-get", "update", "-qq", *options], check=True, stdout=sys.stderr)
    files = subprocess.run(["apt-get", *options, "indextargets", "--format", "$(FILENAME)", "Identifier: Translations"],
                           check=True, capture_output=True, text=True).stdout.split()
    found = {}
    for file in files:
        text = subprocess.run(["/usr/lib/apt/apt-helper", "cat-file", file], check=True, capture_output=True, text=True).stdout
        for fields in stanzas(text):
            name, whole = fields.get("Package"), fields.get("Description-en", "")
            synopsis, _, body = whole.partition("\n")
            body = re.sub(r"\s+", " ", body.replace("\n.\n", " ")).strip()
            if name and len(body) >= 60:
                found.setdefault(name, (name, synopsis.strip(), body[:2000]))
    return [found[name] for name in sorted(found)]


def glosses(own):
    """(words, gloss), by part of speech and place."""
    data = own / "wordnet"
    if not data.exists():
        subprocess.run(["apt-get", "download", "wordnet-base", *apt_options(own)], cwd=own, check=True, stdout=sys.stderr)
        subprocess.run(["dpkg", "-x", next(own.glob("wordnet-base*.deb")), data], check=True)
    found = []
    for part in ("noun", "verb", "adj", "adv"):
        for line in next(data.rglob(f"data.{part}")).read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("  ") or " | " not in line:
                continue
            head, gloss = line.split(" | ", 1)
            columns = head.split()
            words = [columns[4 + 2 * at].replace("_", " ") for at in range(int(columns[3], 16))]
            found.append((", ".join(words), gloss.strip()))
    return found


def main():
    folder, wanted = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    own = folder.parent / "scale-sources"
    known, meanings = packages(own), glosses(own)
    sentences = [s for _, _, body in known for s in re.split(r"(?<=[.!?])\s+", body) if len(s) >= 20]
    sentences += [f"{words}: {gloss}" for words, gloss in meanings]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "qrels").mkdir(exist_ok=True)
    with open(folder / "corpus.jsonl", "w") as corpus, open(folder / "queries.jsonl", "w") as queries, \
            open(folder / "qrels/test.tsv", "w") as qrels:
        qrels.write("query-id\tcorpus-id\tscore\n")
        for at in range(wanted):
            if at < len(known):
                name, synopsis, body = known[at]
                document = {"_id": f"package-{name}", "title": "", "text": body}
                if at % 20 == 0 and len(synopsis.split()) >= 3:
                    queries.write(json.dumps({"_id": f"q-{name}", "text": synopsis}) + "\n")
                    qrels.write(f"q-{name}\tpackage-{name}\t1\n")
            elif at - len(known) < len(meanings):
                words, gloss = meanings[at - len(known)]
                document = {"_id": f"gloss-{at - len(known)}", "title": words, "text": gloss}
            else:
                drawn = random.Random(at)
                document = {"_id": f"made-{at}", "title": "", "text": " ".join(drawn.choice(sentences) for _ in range(drawn.randint(2, 6)))}
            corpus.write(json.dumps(document) + "\n")
    print(f"{wanted} documents: {min(wanted, len(known))} packages, {max(0, min(wanted - len(known), len(meanings)))} glosses, "
          f"{max(0, wanted - len(known) - len(meanings))} made of {len(sentences)} sentences", file=sys.stderr)


main()
