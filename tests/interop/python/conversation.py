"""A worker's conversation with the server, and errors as a client reads them. No more than what work.proto and errors.proto say."""

import queue

import grpc
from google.rpc import error_details_pb2, status_pb2
from subscriptions.v1 import work_pb2, work_pb2_grpc

TIMEOUT_SECONDS = 30


class Ended(Exception):
    """The conversation ended with an error."""

    def __init__(self, error):
        super().__init__(f"{error.code()}: {error.details()}")
        self.code = error.code()
        self.info = error_info(error)


def error_info(error):
    """The google.rpc.ErrorInfo in the status details of a failed call."""
    trailers = {key: value for key, value in error.trailing_metadata()}
    status = status_pb2.Status.FromString(trailers["grpc-status-details-bin"])
    assert status.code == error.code().value[0], "the details have another status than the call"
    info = error_details_pb2.ErrorInfo()
    assert len(status.details) >= 1 and status.details[0].Unpack(info), "the first detail is no ErrorInfo"
    assert info.domain == "subscriptions", info.domain
    return info


class Batch:
    """A batch, put together from its chunks."""

    def __init__(self):
        self.id = 0
        self.items = []
        self.includes = []
        self.change_vector = ""
        self.resume_token = ""

    def ids(self):
        return [item.id for item in self.items]


class Worker:
    """One worker. Every wait ends: the call has a deadline."""

    def __init__(self, channel, database, subscription, **options):
        self._requests = queue.Queue()
        self._held_back = []
        self._call = work_pb2_grpc.SubscriptionServiceStub(channel).Work(iter(self._requests.get, None), timeout=TIMEOUT_SECONDS)
        self.send(open=work_pb2.WorkOpen(database=database, subscription=subscription, **options))

    def send(self, **message):
        self._requests.put(work_pb2.WorkRequest(**message))

    def ack(self, batch_id):
        self.send(ack=work_pb2.BatchAck(batch_id=batch_id))

    def nack(self, batch_id, *item_ids, **options):
        self.send(nack=work_pb2.BatchNack(batch_id=batch_id, item_ids=item_ids, **options))

    def half_close(self):
        self._requests.put(None)

    def cancel(self):
        """Goes away without a word, as a worker does that crashed."""
        self._call.cancel()

    def next(self):
        """The next message that is no heartbeat, or None when the conversation ended well."""
        return self._held_back.pop(0) if self._held_back else self._receive()

    def _receive(self):
        try:
            for response in self._call:
                if response.WhichOneof("message") != "heartbeat":
                    return response
            return None
        except grpc.RpcError as error:
            raise Ended(error) from error

    def expect(self, kind):
        """The next message of a kind. Confirms, batches and caught_up overtake each other; those of other kinds are held back."""
        for held in self._held_back:
            if held.WhichOneof("message") == kind:
                self._held_back.remove(held)
                return getattr(held, kind)
        while True:
            response = self._receive()
            actual = response.WhichOneof("message") if response else "the end"
            if actual == kind:
                return getattr(response, kind)
            may_overtake = {"ack_confirmed", "batch_chunk", "caught_up"}
            assert actual in may_overtake and kind in may_overtake, f"expected {kind}, got {actual}: {response}"
            self._held_back.append(response)

    def expect_batch(self):
        batch = Batch()
        while True:
            chunk = self.expect("batch_chunk")
            assert batch.id in (0, chunk.batch_id), "chunks of two batches are mixed"
            batch.id = chunk.batch_id
            batch.items.extend(chunk.items)
            batch.includes.extend(chunk.includes)
            if chunk.last:
                batch.change_vector = chunk.change_vector
                batch.resume_token = chunk.resume_token
                return batch

    def expect_closed(self, reason):
        """The server closes: first it says so, then the status says the same."""
        closing = None
        try:
            while (response := self.next()) is not None:
                if response.WhichOneof("message") == "closing":
                    closing = response.closing
        except Ended as ended:
            assert ended.info.reason == reason, f"expected {reason}, got {ended.info}"
            return closing, ended
        raise AssertionError(f"expected {reason}, but the conversation ended well")

    def ack_and_confirm(self, batch):
        """Acks a batch and waits until that is durable."""
        self.ack(batch.id)
        confirmed = self.expect("ack_confirmed").batch_id
        assert confirmed == batch.id, f"expected a confirm of batch {batch.id}, got one of {confirmed}"

    def work(self):
        """Acks batches until the worker has caught up; the documents' ids."""
        ids = []
        while True:
            response = self.next()
            kind = response.WhichOneof("message")
            if kind == "caught_up":
                return ids
            if kind == "batch_chunk":
                ids.extend(item.id for item in response.batch_chunk.items)
                if response.batch_chunk.last:
                    self.ack(response.batch_chunk.batch_id)
            else:
                assert kind == "ack_confirmed", f"did not expect {response}"
