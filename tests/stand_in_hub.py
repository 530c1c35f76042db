"""A Hugging Face Hub in memory, on this machine: what huggingface_hub asks of one to push and load, and no more."""

import base64
import contextlib
import hashlib
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

COMMIT = "c" * 40


class Hub(ThreadingHTTPServer):
    """A running Hub.

    Attributes:
        repositories: name -> path in it -> bytes.
        private: name -> whether it was created as private.
        messages: of commits, in order.
        tokens: that may write.
    """

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.repositories, self.private, self.messages, self.branches = {}, {}, [], []
        self.tokens, self.objects = {"hf_right"}, {}
        self.requests = []

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        self.server.requests.append(f"{self.command} {self.path}")
        writes = self.command in ("POST", "PUT") and not self.path.startswith("/objects/")
        if writes and self.headers.get("Authorization", "").removeprefix("Bearer ") not in self.server.tokens:
            return self.answer(401, {"error": "Invalid username or password."})
        for pattern, method in _ROUTES:
            if found := re.fullmatch(pattern, self.path):
                return method(self, body, **found.groupdict())
        return self.answer(404, {"error": f"{self.path}?"})

    do_POST = do_PUT = do_HEAD = do_GET

    def log_message(self, *_):
        pass

    def answer(self, status, content, **headers):
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        for name, value in {"Content-Length": len(body), "X-Repo-Commit": COMMIT, **headers}.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def create(self, body):
        asked = json.loads(body)
        name = f"{asked['organization']}/{asked['name']}"
        address = {"url": f"{self.server.address}/{name}", "id": name}
        if name in self.server.repositories:
            return self.answer(409, address)
        self.server.repositories[name] = {}
        self.server.private[name] = asked.get("private", asked.get("visibility") == "private")
        return self.answer(200, address)

    def branch(self, body, repo, name):
        self.server.branches.append(name)
        self.answer(200, {})

    def check_yaml(self, body):
        self.answer(200, {"errors": [], "warnings": []})

    def preupload(self, body, repo, revision):
        paths = [file["path"] for file in json.loads(body)["files"]]
        modes = ["regular" if path.endswith(".md") else "lfs" for path in paths]
        files = [
            {"path": path, "uploadMode": mode, "shouldIgnore": False} for path, mode in zip(paths, modes, strict=True)
        ]
        self.answer(200, {"files": files})

    def batch(self, body, repo):
        objects = [
            {**one, "actions": {"upload": {"href": f"{self.server.address}/objects/{one['oid']}"}}}
            for one in json.loads(body)["objects"]
        ]
        self.answer(200, {"transfer": "basic", "objects": objects})

    def put(self, body, oid):
        if hashlib.sha256(body).hexdigest() != oid:
            return self.answer(400, {"error": "another digest"})
        self.server.objects[oid] = body
        return self.answer(200, b"")

    def commit(self, body, repo, revision):
        for line in body.splitlines():
            part = json.loads(line)
            value = part["value"]
            if part["key"] == "header":
                self.server.messages.append(value["summary"])
            else:
                content = value.get("oid") and self.server.objects[value["oid"]]
                self.server.repositories[repo][value["path"]] = content or base64.b64decode(value["content"])
        answer = {"commitUrl": f"{self.server.address}/{repo}/commit/{COMMIT}", "commitOid": COMMIT}
        if self.path.endswith("create_pr=1"):
            answer["pullRequestUrl"] = f"{self.server.address}/{repo}/discussions/1"
        self.answer(200, answer)

    def tree(self, body, repo):
        if repo not in self.server.repositories:
            return self.missing(repo)
        files = self.server.repositories[repo]
        return self.answer(
            200, [{"type": "file", "path": path, "size": len(files[path]), "oid": "0" * 40} for path in files]
        )

    def resolve(self, body, repo, revision, path):
        files = self.server.repositories.get(repo)
        if files is None:
            return self.missing(repo)
        if revision not in ("main", COMMIT, *self.server.branches):
            return self.answer(404, {"error": "no revision"}, X_Error_Code="RevisionNotFound")
        if path not in files:
            return self.answer(404, {"error": "no file"}, X_Error_Code="EntryNotFound")
        return self.answer(200, files[path], ETag=f'"{hashlib.sha256(files[path]).hexdigest()}"')

    def missing(self, repo):
        self.answer(404, {"error": "Repository not found"}, X_Error_Code="RepoNotFound")


_REPO = r"(?P<repo>[\w-]+/[\w.-]+)"
_ROUTES = [
    (r"/api/repos/create", _Handler.create),
    (r"/api/validate-yaml", _Handler.check_yaml),
    (rf"/api/models/{_REPO}/branch/(?P<name>[\w-]+)", _Handler.branch),
    (rf"/api/models/{_REPO}/preupload/(?P<revision>[\w-]+)(\?.*)?", _Handler.preupload),
    (rf"/{_REPO}\.git/info/lfs/objects/batch", _Handler.batch),
    (r"/objects/(?P<oid>\w+)", _Handler.put),
    (rf"/api/models/{_REPO}/commit/(?P<revision>[\w-]+)(\?.*)?", _Handler.commit),
    (rf"/api/models/{_REPO}/tree/[\w-]+\?.*", _Handler.tree),
    (rf"/{_REPO}/resolve/(?P<revision>[\w-]+)/(?P<path>[\w./-]+)", _Handler.resolve),
]


@contextlib.contextmanager
def running_hub():
    """A Hub that answers until the end of the block."""
    with Hub() as hub:
        thread = threading.Thread(target=hub.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield hub
        finally:
            hub.shutdown()
            thread.join()
