"""What a subscription delivers: select, include, functions, parameters, revisions; changing it, and trying it before."""

import json

import grpc
from contract_case import ContractTest, delete, put
from google.protobuf import duration_pb2
from subscriptions.v1 import databases_pb2, documents_pb2, query_pb2, query_pb2_grpc, subscriptions_pb2, work_pb2

TOTAL = """
declare function total(order) {
  return order.Lines.reduce(function (sum, line) { return sum + line.Price; }, 0);
}
from Orders as x where total(x) > 10
"""


class Queries(ContractTest):
    def test_select_makes_the_content_and_include_brings_documents_along_once(self):
        body = b'{"Name": "Ernst Handel"}'
        company = self.write(put("companies/1", body, collection="Companies"))[0]
        self.write(
            put("orders/1", {"Company": "companies/1", "Freight": 3}),
            put("orders/2", {"Company": "companies/1"}),
            put("orders/3", {"Company": "companies/none"}))
        self.subscribe("selected", "from Orders as x select { Id: id(), Freight: x.Freight } include x.Company")

        batch = self.opened("selected").expect_batch()

        self.assertEqual(
            [{"Id": "orders/1", "Freight": 3}, {"Id": "orders/2", "Freight": None}, {"Id": "orders/3", "Freight": None}],
            [json.loads(item.content) for item in batch.items])
        self.assertEqual(
            [("companies/1", "Companies", body, company.revision)],
            [(i.id, i.collection, i.content, i.revision) for i in batch.includes])

    def test_parameters_are_the_values_of_the_querys_names(self):
        self.subscribe("large", "from Orders where Total > $least", parameters='{"least": 100}')
        self.write(put("orders/1", {"Total": 100}), put("orders/2", {"Total": 101}))

        self.assertEqual(["orders/2"], self.opened("large").work())


class Scripts(ContractTest):
    def setUp(self):
        super().setUp()
        self.write(
            put("orders/1", {"Lines": [{"Price": 4}, {"Price": 7}]}),
            put("orders/2", {"Lines": [{"Price": 4}]}),
            put("orders/3", {"Lines": None}))

    def test_a_function_decides_and_its_failure_is_told_with_the_document(self):
        self.subscribe("scripted", TOTAL)

        matching, failing = self.opened("scripted").expect_batch().items

        self.assertEqual(("orders/1", ""), (matching.id, matching.error))
        self.assertEqual({"Lines": [{"Price": 4}, {"Price": 7}]}, json.loads(matching.content))
        self.assertEqual(("orders/3", b""), (failing.id, failing.content))
        self.assertTrue(failing.error)

    def test_documents_that_fail_go_to_the_dead_letters_where_that_was_asked_for(self):
        policy = subscriptions_pb2.RetryPolicy(on_script_error=subscriptions_pb2.SCRIPT_ERROR_ACTION_DEAD_LETTER)
        self.subscribe("scripted", TOTAL, retry_policy=policy)

        worker = self.opened("scripted")
        batch = worker.expect_batch()
        self.assertEqual(["orders/1"], batch.ids())
        worker.ack_and_confirm(batch)

        [letter] = self.listed_dead_letters("scripted")
        self.assertEqual(("orders/3", ""), (letter.id, letter.worker_name))
        self.assertTrue(letter.reason)


class Revisions(ContractTest):
    query = "from Orders (Revisions = true)"

    def set_revisions(self):
        settings = databases_pb2.CollectionRevisions(collection="Orders")
        request = databases_pb2.SetRevisionsRequest(name=self.database, revisions=settings)
        return self.call(self.databases.SetRevisions, request).database

    def test_a_collection_without_revisions_has_none_to_subscribe_to(self):
        definition = subscriptions_pb2.SubscriptionDefinition(name="versions", query=self.query)
        request = subscriptions_pb2.CreateSubscriptionRequest(database=self.database, definition=definition)

        metadata = self.refused(
            "REVISIONS_NOT_CONFIGURED", grpc.StatusCode.FAILED_PRECONDITION, self.subscriptions.CreateSubscription, request)

        self.assertEqual((self.database, "Orders"), (metadata["database"], metadata["collection"]))

    def test_every_version_comes_with_the_one_before(self):
        self.assertEqual(["Orders"], [settings.collection for settings in self.set_revisions().settings.revisions])
        self.subscribe("versions", self.query)
        one, two = b'{"Total": 1}', b'{"Total": 2}'
        first = self.write(put("orders/1", one))[0].revision
        second = self.write(put("orders/1", two))[0].revision
        self.write(delete("orders/1"))

        worker, items = self.opened("versions"), []
        while len(items) < 3:
            batch = worker.expect_batch()
            items.extend(batch.items)
            worker.ack_and_confirm(batch)

        kinds = [work_pb2.CHANGE_KIND_PUT, work_pb2.CHANGE_KIND_PUT, work_pb2.CHANGE_KIND_DELETE]
        self.assertEqual(kinds, [item.kind for item in items])
        self.assertEqual([(one, b""), (two, one), (b"", two)], [(item.content, item.previous_content) for item in items])
        self.assertEqual(["", first, second], [item.previous_revision for item in items])

        request = documents_pb2.ListRevisionsRequest(database=self.database, id="orders/1")
        kept = self.call(self.documents.ListRevisions, request).revisions
        self.assertEqual([items[2].revision, second, first], [version.revision for version in kept])


class Updates(ContractTest):
    def update(self, name="orders", **changes):
        request = subscriptions_pb2.UpdateSubscriptionRequest(database=self.database, name=name, **changes)
        return self.call(self.subscriptions.UpdateSubscription, request)

    def test_another_query_makes_the_worker_reconnect_and_leaves_the_rest(self):
        timeout = duration_pb2.Duration(seconds=60)
        self.subscribe("large", "from Orders where Total > $least", parameters='{"least": 100}', include_deletes=True, ack_timeout=timeout)
        worker = self.opened("large")

        updated = self.update("large", query="from Orders where Total >= $least")

        self.assertEqual((True, False), (updated.changed, updated.created))
        definition = updated.subscription.definition
        self.assertEqual(
            ("from Orders where Total >= $least", '{"least": 100}', True, timeout),
            (definition.query, definition.parameters, definition.include_deletes, definition.ack_timeout))
        closing, end = worker.expect_closed("SUBSCRIPTION_CHANGED")
        self.assertEqual((True, grpc.StatusCode.ABORTED), (closing.reconnect, end.code))
        self.write_orders("orders/1", Total=100)
        self.assertEqual(["orders/1"], self.opened("large").work())

    def test_what_is_present_is_set_even_to_its_default(self):
        self.subscribe("all", "from Orders", include_deletes=True)

        self.assertFalse(self.update("all", query="from Orders").changed)
        self.assertTrue(self.update("all", include_deletes=False).changed)

        self.assertFalse(self.subscription("all").definition.include_deletes)

    def test_a_worker_stays_when_its_subscription_is_renamed(self):
        self.write_orders("orders/1")
        worker = self.opened()
        batch = worker.expect_batch()

        self.assertEqual("purchases", self.update(new_name="purchases").subscription.definition.name)

        worker.ack_and_confirm(batch)
        self.assertEqual(batch.change_vector, self.subscription("purchases").change_vector)

    def test_a_missing_subscription_is_created_only_when_that_is_allowed(self):
        request = subscriptions_pb2.UpdateSubscriptionRequest(database=self.database, name="new", query="from Orders")
        self.refused("SUBSCRIPTION_NOT_FOUND", grpc.StatusCode.NOT_FOUND, self.subscriptions.UpdateSubscription, request)

        self.assertTrue(self.update("new", query="from Orders", allow_missing=True).created)
        self.assertFalse(self.update("new", query="from Orders", allow_missing=True).created)


class Trying(ContractTest):
    def try_query(self, query, **options):
        stub = query_pb2_grpc.QueryServiceStub(self.channel)
        return self.call(stub.TryQuery, query_pb2.TryQueryRequest(database=self.database, query=query, **options))

    def test_a_try_answers_as_a_worker_would_be_and_goes_on_where_it_stopped(self):
        self.write(put("companies/1", {}, collection="Companies"))
        self.write(*[put(f"orders/{total}", {"Total": total, "Company": "companies/1"}) for total in (1, 2, 3)])
        query = "from Orders as x where x.Total > $least select { T: x.Total } include x.Company"

        first = self.try_query(query, parameters='{"least": 1}', max_items=1)
        self.assertEqual([("orders/2", {"T": 2})], [(item.id, json.loads(item.content)) for item in first.items])
        self.assertEqual((["companies/1"], False), ([i.id for i in first.includes], first.is_complete))

        cursor = subscriptions_pb2.Cursor(resume_token=first.resume_token)
        rest = self.try_query(query, parameters='{"least": 1}', start=cursor)
        self.assertEqual((["orders/3"], 1, True), ([item.id for item in rest.items], rest.scanned, rest.is_complete))

    def test_a_wrong_query_is_refused_as_at_creation(self):
        request = query_pb2.TryQueryRequest(database=self.database, query="from Orders where\n  Total >")
        stub = query_pb2_grpc.QueryServiceStub(self.channel)

        metadata = self.refused("INVALID_QUERY", grpc.StatusCode.INVALID_ARGUMENT, stub.TryQuery, request)

        self.assertEqual(("query", "2"), (metadata["field"], metadata["line"]))
