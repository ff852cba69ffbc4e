"""The changes feed: pages, live rows, checkpoints, places that subscriptions take too."""

import grpc
from contract_case import ContractTest, delete
from conversation import TIMEOUT_SECONDS, error_info
from google.protobuf import duration_pb2
from subscriptions.v1 import changes_pb2, subscriptions_pb2, work_pb2


class Changes(ContractTest):
    def test_pages_one_after_the_other_have_the_newest_of_each_document(self):
        self.write_orders("orders/1", "orders/2", "orders/3")
        self.write(delete("orders/1"))

        first = self.page(limit=2, include_docs=True)
        second = self.page(since=first.resume_token)

        self.assertEqual(["orders/2", "orders/3", "orders/1"], [row.id for page in (first, second) for row in page.rows])
        self.assertEqual(b'{"Total": 1}', first.rows[0].content)
        self.assertEqual((work_pb2.CHANGE_KIND_DELETE, b""), (second.rows[0].kind, second.rows[0].content))
        self.assertEqual((1, 0), (first.pending, second.pending))

    def test_watching_tells_rows_as_they_come_and_goes_on_from_any_place(self):
        self.write_orders("orders/1")
        feed = self.watch()
        self.assertEqual(["orders/1"], self.rows(feed))
        self.write_orders("orders/2", "orders/3")
        self.assertEqual(["orders/2"], self.rows(feed, 1))

        resumed = self.watch(since=self.place)

        self.assertEqual(["orders/3"], self.rows(resumed))

    def test_a_narrow_filter_is_told_a_place_behind_what_it_did_not_let_pass(self):
        narrow = changes_pb2.ChangeFilter(query=changes_pb2.QueryFilter(query="from Orders where Total > $least", parameters='{"least": 5}'))
        self.write_orders("orders/1", "orders/2")
        feed = self.watch(filter=narrow, heartbeat=duration_pb2.Duration(nanos=200_000_000))
        while (message := next(feed)).WhichOneof("message") != "checkpoint":
            self.assertEqual("caught_up", message.WhichOneof("message"))

        self.assertEqual([], self.page(since=message.checkpoint.resume_token).rows[:])

    def test_a_subscription_starts_where_a_feed_stands(self):
        self.write_orders("orders/1", "orders/2")
        place = self.page(limit=1).resume_token
        self.call(
            self.subscriptions.CreateSubscription,
            subscriptions_pb2.CreateSubscriptionRequest(
                database=self.database,
                definition=subscriptions_pb2.SubscriptionDefinition(name="rest", query="from Orders"),
                start=subscriptions_pb2.Cursor(resume_token=place)))

        worker = self.opened("rest")
        self.assertEqual(["orders/2"], worker.work())
        self.leave(worker)  # the confirm may come after caught_up
        self.assertEqual([], self.page(since=self.subscription("rest").resume_token).rows[:])

    def test_what_cannot_be_used_is_refused_before_anything_is_sent(self):
        metadata = self.refused(
            "INVALID_ARGUMENT", grpc.StatusCode.INVALID_ARGUMENT, self.changes.GetChanges,
            changes_pb2.GetChangesRequest(database=self.database, since="soon"))
        self.assertEqual(("since", "soon"), (metadata["field"], metadata["value"]))

        feed = self.watch(filter=changes_pb2.ChangeFilter(selector='{"a": {"$nope": 1}}'))
        with self.assertRaises(grpc.RpcError) as caught:
            next(feed)
        self.assertEqual("INVALID_QUERY", error_info(caught.exception).reason)

    def page(self, **request):
        return self.call(self.changes.GetChanges, changes_pb2.GetChangesRequest(database=self.database, **request))

    def watch(self, **request):
        feed = self.changes.WatchChanges(changes_pb2.WatchChangesRequest(database=self.database, **request), timeout=TIMEOUT_SECONDS)
        self.addCleanup(feed.cancel)
        return feed

    def rows(self, feed, count=None):
        """The ids up to being caught up, or the first of them; the place of the last one is kept."""
        found = []
        while (message := next(feed)).WhichOneof("message") != "caught_up":
            for row in message.rows.rows:
                found.append(row.id)
                self.place = row.resume_token
                if len(found) == count:
                    return found
        return found
