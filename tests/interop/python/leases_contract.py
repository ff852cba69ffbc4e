"""Who has a subscription: leases, their strategies, and workers that share one."""

import grpc
from contract_case import ContractTest
from subscriptions.v1 import subscriptions_pb2

FAIL = subscriptions_pb2.OPENING_STRATEGY_FAIL
WAIT = subscriptions_pb2.OPENING_STRATEGY_WAIT
TAKE_OVER = subscriptions_pb2.OPENING_STRATEGY_TAKE_OVER
CONCURRENT = subscriptions_pb2.OPENING_STRATEGY_CONCURRENT


class Leases(ContractTest):
    def test_a_second_worker_is_refused_while_the_holder_lives(self):
        holder = self.opened(worker_name="holder")

        _, refusal = self.worker(worker_name="second").expect_closed("IN_USE")
        self.assertEqual(grpc.StatusCode.FAILED_PRECONDITION, refusal.code)
        metadata = refusal.info.metadata
        self.assertEqual((self.database, "orders", "holder"), (metadata["database"], metadata["subscription"], metadata["holder"]))
        for key in ("holder_address", "holder_since", "holder_strategy"):
            self.assertTrue(metadata[key], f"{key} is missing")

        self.leave(holder)
        self.assertGreater(self.opened(worker_name="third").lease.fencing_token, holder.lease.fencing_token)

    def test_taking_over_closes_the_holder_for_good(self):
        holder = self.opened(worker_name="holder")
        successor = self.opened(worker_name="successor", strategy=TAKE_OVER)

        closing, end = holder.expect_closed("TAKEN_OVER")
        self.assertEqual(grpc.StatusCode.ABORTED, end.code)
        self.assertEqual(("successor", "TAKE_OVER"), (end.info.metadata["holder"], end.info.metadata["holder_strategy"]))
        self.assertFalse(closing.reconnect)
        self.assertGreater(successor.lease.fencing_token, holder.lease.fencing_token)

    def test_waiting_workers_are_told_their_place_and_open_in_their_order(self):
        holder = self.opened(worker_name="holder")
        first = self.worker(worker_name="first", strategy=WAIT)
        self.assertEqual(("holder", 1), place(first.expect("waiting")))
        second = self.worker(worker_name="second", strategy=WAIT)
        self.assertEqual(("holder", 2), place(second.expect("waiting")))

        self.leave(holder)

        token = first.expect("opened").fencing_token
        self.assertGreater(token, holder.lease.fencing_token)
        self.assertEqual(("first", 1), place(second.expect("waiting")))
        self.write_orders("orders/1")
        self.assertEqual("orders/1", first.expect_batch().items[0].id)
        first.cancel()
        self.assertGreater(second.expect("opened").fencing_token, token)
        self.assertEqual(["orders/1"], second.expect_batch().ids())

    def test_refusals_name_the_holder_and_its_strategy(self):
        refused = {
            FAIL: (FAIL, CONCURRENT),
            WAIT: (FAIL, CONCURRENT),
            TAKE_OVER: (FAIL, TAKE_OVER, CONCURRENT),
            CONCURRENT: (FAIL, WAIT, TAKE_OVER),
        }
        for held, incoming in refused.items():
            name = strategy_name(held)
            self.subscribe(name, "from Orders")
            holder = self.opened(name, worker_name="holder", strategy=held)
            for strategy in incoming:
                with self.subTest(holder=name, incoming=strategy_name(strategy)):
                    closing, end = self.worker(name, strategy=strategy).expect_closed("IN_USE")
                    self.assertEqual(grpc.StatusCode.FAILED_PRECONDITION, end.code)
                    self.assertEqual(("holder", name), (end.info.metadata["holder"], end.info.metadata["holder_strategy"]))
            self.leave(holder)

    def test_a_dropped_worker_is_not_to_reconnect(self):
        worker = self.opened()

        request = subscriptions_pb2.DropWorkersRequest(database=self.database, name="orders")
        self.assertEqual(1, self.call(self.subscriptions.DropWorkers, request).dropped_count)

        closing, _ = worker.expect_closed("DROPPED")
        self.assertFalse(closing.reconnect)

    def test_moving_the_cursor_makes_the_worker_reconnect_and_start_there(self):
        self.write_orders("orders/1")
        worker = self.opened()
        worker.ack_and_confirm(worker.expect_batch())

        cursor = subscriptions_pb2.Cursor(beginning=subscriptions_pb2.Cursor.Beginning())
        request = subscriptions_pb2.SetCursorRequest(database=self.database, name="ORDERS", cursor=cursor)
        self.call(self.subscriptions.SetCursor, request)

        closing, _ = worker.expect_closed("SUBSCRIPTION_CHANGED")
        self.assertTrue(closing.reconnect)
        self.assertEqual(["orders/1"], self.opened().work())

    def test_a_disabled_subscription_refuses_workers_until_it_is_enabled(self):
        worker = self.opened()
        self.call(
            self.subscriptions.DisableSubscription,
            subscriptions_pb2.DisableSubscriptionRequest(database=self.database, name="orders"))
        worker.expect_closed("SUBSCRIPTION_DISABLED")
        self.worker().expect_closed("SUBSCRIPTION_DISABLED")

        self.call(
            self.subscriptions.EnableSubscription,
            subscriptions_pb2.EnableSubscriptionRequest(database=self.database, name="orders"))
        self.opened()

    def test_deleting_the_subscription_ends_its_worker(self):
        worker = self.opened()

        request = subscriptions_pb2.DeleteSubscriptionRequest(database=self.database, name="orders")
        self.call(self.subscriptions.DeleteSubscription, request)

        _, end = worker.expect_closed("SUBSCRIPTION_NOT_FOUND")
        self.assertEqual(grpc.StatusCode.NOT_FOUND, end.code)


class Sharing(ContractTest):
    def setUp(self):
        super().setUp()
        self.write_orders("orders/1", "orders/2", "orders/3", "orders/4")
        self.one = self.shared("one")
        self.other = self.shared("other")
        self.first = self.one.expect_batch()
        self.second = self.other.expect_batch()

    def shared(self, name):
        return self.opened(worker_name=name, strategy=CONCURRENT, max_docs=2)

    def test_workers_that_share_get_different_batches(self):
        self.assertEqual((["orders/1", "orders/2"], ["orders/3", "orders/4"]), (self.first.ids(), self.second.ids()))
        self.assertEqual([("one", 1), ("other", 1)], sorted((w.name, w.batches_in_flight) for w in self.subscription().workers))
        self.one.ack_and_confirm(self.first)
        self.other.ack_and_confirm(self.second)

    def test_a_document_is_not_in_two_unacked_batches(self):
        self.write_orders("orders/1", "orders/9", Total=2)
        self.other.ack_and_confirm(self.second)
        self.assertEqual(["orders/9"], self.other.expect_batch().ids())

        self.one.ack_and_confirm(self.first)

        changed = self.one.expect_batch()
        self.assertEqual([("orders/1", b'{"Total": 2}')], [(item.id, item.content) for item in changed.items])

    def test_the_batch_of_a_lost_worker_goes_to_the_other(self):
        self.assertEqual([1, 1], [item.attempt for item in self.first.items])
        self.one.cancel()
        self.other.ack_and_confirm(self.second)

        again = self.other.expect_batch()

        self.assertEqual([("orders/1", 2), ("orders/2", 2)], [(item.id, item.attempt) for item in again.items])
        self.other.ack_and_confirm(again)

    def test_an_ack_above_an_unacked_batch_outlives_its_worker(self):
        self.other.ack_and_confirm(self.second)
        self.leave(self.other)
        self.leave(self.one)

        following = self.opened(worker_name="following")

        batch = following.expect_batch()
        self.assertEqual(["orders/1", "orders/2"], batch.ids())
        self.write_orders("orders/9")
        following.ack_and_confirm(batch)
        self.assertEqual(["orders/9"], following.expect_batch().ids())


def place(waiting):
    return waiting.holder.name, waiting.place_in_queue


def strategy_name(strategy):
    return subscriptions_pb2.OpeningStrategy.Name(strategy).removeprefix("OPENING_STRATEGY_")
