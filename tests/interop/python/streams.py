"""A connection with partition streams, and a replica of one partition that goes by it. No more than what streams.proto says."""

import queue

import grpc
from conversation import TIMEOUT_SECONDS, Ended
from subscriptions.v1 import streams_pb2, streams_pb2_grpc, work_pb2


class Connection:
    """One connection. Every wait ends: the call has a deadline."""

    def __init__(self, channel, database, name, **settings):
        self.noops = []
        self.answers_noops = True
        self.outstanding = 0
        self._requests = queue.Queue()
        self._call = streams_pb2_grpc.StreamServiceStub(channel).Connect(iter(self._requests.get, None), timeout=TIMEOUT_SECONDS)
        self.send(open=streams_pb2.ConnectionOpen(database=database, name=name, settings=streams_pb2.ConnectionSettings(**settings)))

    def send(self, **message):
        self._requests.put(streams_pb2.ConnectRequest(**message))

    def open_stream(self, stream_id, partition=0, **request):
        self.send(stream_open=streams_pb2.StreamOpen(stream_id=stream_id, partition=partition, **request))

    def ack(self, size):
        self.send(buffer_ack=streams_pb2.BufferAck(bytes=size))

    def half_close(self):
        self._requests.put(None)

    def cancel(self):
        self._call.cancel()

    def receive(self):
        """The next message with its name, or None when the connection ended well. Nothing is acked."""
        try:
            response = next(self._call, None)
        except grpc.RpcError as error:
            raise Ended(error) from error
        if response is None:
            return None, None
        kind = response.WhichOneof("message")
        message = getattr(response, kind)
        counts = kind in ("snapshot", "changes", "seqno_advanced", "end")
        assert response.buffer_bytes == (message.ByteSize() if counts else 0), f"{kind} of {message.ByteSize()} bytes counts as {response.buffer_bytes}"
        self.outstanding += response.buffer_bytes
        if kind == "noop":
            self.noops.append(message)
            if self.answers_noops:
                self.send(noop_reply=streams_pb2.NoopReply())
        return kind, message

    def next(self):
        """The next message that is no noop; acked."""
        kind = "noop"
        while kind == "noop":
            kind, message = self.receive()
        if self.outstanding:
            self.ack(self.outstanding)
            self.outstanding = 0
        return kind, message

    def expect(self, expected):
        kind, message = self.next()
        assert kind == expected, f"expected {expected}, got {kind}: {message}"
        return message


class Replica:
    """
    The documents of one partition as its stream tells them, with what it takes to undo the last changes. A snapshot leaves out versions that were
    replaced in it, so only at the end of one is there a picture to go back to: a rollback to a seqno in the middle of what came as one snapshot
    goes back to where that began.
    """

    def __init__(self, partition=0):
        self.partition = partition
        self.documents = {}
        self.token = ""
        self.seqno = 0
        self.snapshot = None
        self.rollbacks = []
        self.high_seqno = 0
        self._journal = []
        self._consistent = [(0, "")]

    def follow(self, connection, stream_id, **request):
        """Asks for the stream, as often as the server sends it back, until it is open."""
        while True:
            start = {"resume_token": self.token} if self.token else {}
            connection.open_stream(stream_id, self.partition, **start, **request)
            kind, message = connection.next()
            if kind == "stream_opened":
                self.snapshot = None
                self.high_seqno = message.high_seqno
                return message
            assert kind == "rollback", f"expected stream_opened or rollback, got {kind}: {message}"
            assert message.seqno <= self.seqno, "a rollback goes forth"
            self._undo(message)

    def apply(self, kind, message):
        """A message of the stream. Returns the reason of its end, or None."""
        if kind == "snapshot":
            grows = self.snapshot is not None and self.snapshot.start_seqno == message.start_seqno
            assert grows or message.start_seqno == self.seqno, f"{message} does not begin where {self.seqno} is"
            assert message.end_seqno > (self.snapshot.end_seqno if grows else message.start_seqno), "a snapshot shrinks"
            self.snapshot = message
            return None
        if kind == "changes":
            for change in message.changes:
                self._take(change)
        elif kind == "seqno_advanced":
            assert message.seqno > self.seqno, f"{message.seqno} is no advance from {self.seqno}"
            self.seqno = message.seqno
        else:
            assert kind == "end", f"did not expect {kind}: {message}"
            self.token = message.resume_token
            return message.reason
        self.token = message.resume_token
        if self.snapshot is None or self.seqno >= self.snapshot.end_seqno:
            self._consistent.append((self.seqno, self.token))
        return None

    def run(self, connection, messages=None):
        """Applies messages up to the stream's end, or so many with data; the reason of the end, or None."""
        while messages is None or messages > 0:
            kind, message = connection.next()
            reason = self.apply(kind, message)
            if reason is not None:
                return reason
            if messages is not None and kind != "snapshot":
                messages -= 1
        return None

    def _take(self, change):
        assert self.snapshot is not None and self.snapshot.start_seqno < change.seqno <= self.snapshot.end_seqno, f"{change.seqno} is outside of {self.snapshot}"
        assert change.seqno > self.seqno and change.partition == self.partition, f"{change.seqno} after {self.seqno}"
        self._journal.append((change.seqno, change.id, self.documents.get(change.id)))
        if change.kind == work_pb2.CHANGE_KIND_PUT:
            self.documents[change.id] = change.content
        else:
            self.documents.pop(change.id, None)
        self.seqno = change.seqno

    def _undo(self, rollback):
        while self._consistent[-1][0] > rollback.seqno:
            self._consistent.pop()
        self.seqno, self.token = self._consistent[-1]
        self.snapshot = None
        self.rollbacks.append((rollback.seqno, self.seqno, rollback.reason))
        while self._journal and self._journal[-1][0] > self.seqno:
            _, document, before = self._journal.pop()
            if before is None:
                self.documents.pop(document, None)
            else:
                self.documents[document] = before


class Index(Replica):
    """Keeps the newest version of each document only, deletions too: what came from beyond a rollback it reads again."""

    def __init__(self, read, partition=0):
        super().__init__(partition)
        self._read = read
        self._versions = {}

    def _take(self, change):
        super()._take(change)
        self._versions[change.id] = change.seqno

    def _undo(self, rollback):
        for document, seqno in list(self._versions.items()):
            if seqno > rollback.seqno:
                self.documents.pop(document, None)
                if (content := self._read(document)) is not None:
                    self.documents[document] = content
        self.seqno, self.token, self.snapshot = rollback.seqno, rollback.resume_token, None
        self.rollbacks.append((rollback.seqno, rollback.seqno, rollback.reason))
