"""What becomes of items that workers could not process, and of batches that they do not ack."""

import contextlib
import threading
import time

import grpc
from contract_case import ContractTest
from google.protobuf import duration_pb2
from subscriptions.v1 import dead_letters_pb2, subscriptions_pb2, work_pb2

NOW = duration_pb2.Duration()


class Retries(ContractTest):
    def test_a_nacked_item_comes_again_after_the_delay_and_the_rest_is_acked(self):
        self.write_orders("orders/1", "orders/2")
        worker = self.opened()
        batch = worker.expect_batch()

        nacked_at = time.monotonic()
        worker.nack(batch.id, "orders/1", reason="not yet", delay=duration_pb2.Duration(nanos=500_000_000))
        worker.ack_and_confirm(batch)

        again = worker.expect_batch()
        self.assertGreaterEqual(time.monotonic() - nacked_at, 0.5)
        self.assertEqual([("orders/1", 2)], [(item.id, item.attempt) for item in again.items])
        worker.ack_and_confirm(again)
        self.assertEqual(0, self.subscription().retry_count)

    def test_attempts_are_counted_across_conversations(self):
        self.write_orders("orders/1")
        first = self.opened()
        batch = first.expect_batch()
        first.nack(batch.id, "orders/1", delay=duration_pb2.Duration(seconds=2))
        first.ack_and_confirm(batch)
        self.leave(first)

        again = self.opened().expect_batch()
        self.assertEqual([("orders/1", 2)], [(item.id, item.attempt) for item in again.items])

    def test_an_item_that_waits_is_listed_and_comes_at_once_when_it_changes(self):
        self.write_orders("orders/1")
        worker = self.opened(worker_name="careful")
        batch = worker.expect_batch()
        worker.nack(batch.id, "orders/1", reason="come back later", delay=duration_pb2.Duration(seconds=3600))
        worker.ack_and_confirm(batch)

        request = dead_letters_pb2.ListRetriesRequest(database=self.database, subscription="orders")
        [waiting] = self.call(self.dead_letters.ListRetries, request).items
        self.assertEqual(
            ("orders/1", batch.items[0].seqno, 1, "come back later", "careful"),
            (waiting.id, waiting.seqno, waiting.attempts, waiting.reason, waiting.worker_name))
        self.assertEqual(3_600_000, waiting.due_at.ToMilliseconds() - waiting.last_failed_at.ToMilliseconds())
        self.assertEqual(1, self.subscription().retry_count)

        self.write_orders("orders/1", Total=2)
        changed = worker.expect_batch().items[0]
        self.assertEqual(("orders/1", b'{"Total": 2}', 1), (changed.id, changed.content, changed.attempt))


class DeadLetters(ContractTest):
    def setUp(self):
        super().setUp()
        self.subscribe("given-up", "from Orders", retry_policy=subscriptions_pb2.RetryPolicy(max_attempts=2, initial_backoff=NOW))
        self.write_orders("orders/1", "orders/2")
        self.strict = self.opened("given-up", worker_name="strict")
        for attempt in (1, 2):
            batch = self.strict.expect_batch()
            self.assertEqual([("orders/1", attempt), ("orders/2", attempt)], [(item.id, item.attempt) for item in batch.items])
            self.strict.nack(batch.id, "orders/1", "orders/2", reason=f"no, {attempt}")
            self.strict.ack_and_confirm(batch)

    def named(self, *ids):
        return {"database": self.database, "subscription": "given-up", "ids": ids}

    def test_items_are_given_up_after_the_last_attempt(self):
        letters = self.listed_dead_letters("given-up")

        self.assertEqual(
            [("orders/1", 2, "no, 2", "strict"), ("orders/2", 2, "no, 2", "strict")],
            [(letter.id, letter.attempts, letter.reason, letter.worker_name) for letter in letters])
        self.assertFalse(letters[0].HasField("due_at"))
        stored = self.subscription("given-up")
        self.assertEqual((0, 2), (stored.retry_count, stored.dead_letter_count))
        self.write_orders("orders/3")
        self.assertEqual(["orders/3"], self.strict.expect_batch().ids())

    def test_replayed_ones_are_delivered_again(self):
        request = dead_letters_pb2.ReplayDeadLettersRequest(**self.named("orders/2", "orders/none"))
        self.assertEqual(1, self.call(self.dead_letters.ReplayDeadLetters, request).replayed_count)

        again = self.strict.expect_batch()
        self.assertEqual([("orders/2", 1)], [(item.id, item.attempt) for item in again.items])
        self.strict.ack_and_confirm(again)
        self.assertEqual(["orders/1"], [letter.id for letter in self.listed_dead_letters("given-up")])

    def test_discarded_ones_are_not(self):
        discard = dead_letters_pb2.DiscardDeadLettersRequest(**self.named("orders/1"))
        self.assertEqual(1, self.call(self.dead_letters.DiscardDeadLetters, discard).discarded_count)

        replay = dead_letters_pb2.ReplayDeadLettersRequest(database=self.database, subscription="given-up", all=True)
        self.assertEqual(1, self.call(self.dead_letters.ReplayDeadLetters, replay).replayed_count)

        self.assertEqual(["orders/2"], self.strict.expect_batch().ids())
        self.assertEqual([], self.listed_dead_letters("given-up"))

    def test_unknown_subscriptions_have_none(self):
        request = dead_letters_pb2.ListDeadLettersRequest(database=self.database, subscription="nothing")
        self.refused("SUBSCRIPTION_NOT_FOUND", grpc.StatusCode.NOT_FOUND, self.dead_letters.ListDeadLetters, request)


class Stopping(ContractTest):
    def test_an_exhausted_item_stops_the_subscription_and_is_not_skipped(self):
        policy = subscriptions_pb2.RetryPolicy(max_attempts=1, on_exhausted=subscriptions_pb2.EXHAUSTED_ACTION_STOP)
        self.subscribe("strict", "from Orders", retry_policy=policy)
        self.write_orders("orders/1")
        worker = self.opened("strict")
        worker.nack(worker.expect_batch().id, "orders/1", reason="out of paper")

        closing, _ = worker.expect_closed("SUBSCRIPTION_DISABLED")
        self.assertFalse(closing.reconnect)
        stopped = self.subscription("strict")
        self.assertEqual((True, 0), (stopped.definition.disabled, stopped.dead_letter_count))
        self.assertIn("orders/1", stopped.stopped_reason)
        self.worker("strict").expect_closed("SUBSCRIPTION_DISABLED")

        request = subscriptions_pb2.EnableSubscriptionRequest(database=self.database, name="strict")
        self.assertEqual("", self.call(self.subscriptions.EnableSubscription, request).subscription.stopped_reason)
        again = self.opened("strict").expect_batch()
        self.assertEqual([("orders/1", 1)], [(item.id, item.attempt) for item in again.items])


class AckTimeouts(ContractTest):
    def test_a_batch_times_out_unless_heartbeats_name_it(self):
        self.write_orders("orders/1")
        self.subscribe("extended", "from Orders", ack_timeout=duration_pb2.Duration(seconds=2))
        self.subscribe("forgotten", "from Orders", ack_timeout=duration_pb2.Duration(seconds=1))
        extended = self.opened("extended")
        batch = extended.expect_batch()

        with beating(extended, batch.id):
            for _ in range(3):
                forgotten = self.opened("forgotten")
                unacked = forgotten.expect_batch()
                with beating(forgotten, 0):
                    closing, end = forgotten.expect_closed("ACK_TIMEOUT")
                self.assertTrue(closing.reconnect)
                self.assertEqual((grpc.StatusCode.DEADLINE_EXCEEDED, str(unacked.id)), (end.code, end.info.metadata["batch_id"]))
            extended.ack_and_confirm(batch)


@contextlib.contextmanager
def beating(worker, batch_id):
    """Sends heartbeats meanwhile that name a batch, four in a second."""
    done = threading.Event()

    def beat():
        while not done.is_set():
            worker.send(heartbeat=work_pb2.WorkerHeartbeat(batch_in_progress=batch_id))
            done.wait(0.25)

    thread = threading.Thread(target=beat)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
