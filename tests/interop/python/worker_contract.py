"""The contract, from the outside: worker_contract.py <host:port> <folder of generated stubs>

Here are delivery, errors, documents and the standard services; the modules that main() names hold the rest. The last line says "N passed, N failed"; the exit code is 0 when none failed.
"""

import json
import sys
import unittest

import grpc
from stubs import TARGET
import changes_contract
import leases_contract
import queries_contract
import retries_contract
import streams_contract
from contract_case import ContractTest, delete, put
from conversation import TIMEOUT_SECONDS, Worker
from google.protobuf import descriptor_pb2
from grpc.health.v1 import health_pb2, health_pb2_grpc
from grpc.reflection.v1 import reflection_pb2, reflection_pb2_grpc
from subscriptions.v1 import databases_pb2, documents_pb2, subscriptions_pb2, work_pb2

WAIT = subscriptions_pb2.OPENING_STRATEGY_WAIT


class Delivery(ContractTest):
    def test_acked_batches_do_not_come_again_and_new_changes_do(self):
        body = '{"Company":"companies/11", "ShipVia":"Überlandfracht 🚚"}'.encode()
        outcomes = self.write(put("orders/1", body), put("orders/2", {"Total": 2}), put("people/1", {}, collection="People"))
        worker = self.opened(worker_name="first")

        batch = worker.expect_batch()
        self.assertEqual(["orders/1", "orders/2"], [item.id for item in batch.items])
        first = batch.items[0]
        self.assertEqual((body, "Orders", outcomes[0].revision, outcomes[0].seqno), (first.content, first.collection, first.revision, first.seqno))
        self.assertEqual(work_pb2.CHANGE_KIND_PUT, first.kind)
        worker.ack(batch.id)
        confirmed = worker.expect("ack_confirmed")
        self.assertEqual((batch.id, batch.change_vector), (confirmed.batch_id, confirmed.change_vector))
        self.leave(worker)
        stored = self.subscription()
        self.assertEqual(batch.change_vector, stored.change_vector)
        self.assertTrue(stored.HasField("last_ack_at"))

        again = self.opened(worker_name="second")
        self.assertGreater(again.lease.fencing_token, worker.lease.fencing_token)
        self.assertEqual([], again.work())
        self.write_orders("orders/3")
        self.assertEqual(["orders/3"], again.work())

    def test_unacked_batch_comes_again_to_whoever_comes_next(self):
        self.write_orders("orders/1", "orders/2")
        crashed = self.opened()
        crashed.expect_batch()
        crashed.cancel()

        following = self.worker(strategy=WAIT)
        response = following.next()
        while response.WhichOneof("message") == "waiting":
            response = following.next()
        self.assertEqual("opened", response.WhichOneof("message"))
        self.assertEqual(["orders/1", "orders/2"], following.work())

    def test_changes_that_do_not_match_are_not_delivered_but_acknowledged(self):
        self.subscribe("large", "from Orders where Total > 100")
        self.write_orders("orders/1", Total=5)
        self.write_orders("orders/2", Total=500)
        self.write_orders("orders/3", Total=6)

        self.assertEqual(["orders/2"], self.opened("large").work())

    def test_a_document_that_changed_twice_comes_once_with_its_newest_content(self):
        self.write_orders("orders/1", Total=1)
        self.write_orders("orders/1", Total=2)
        worker = self.opened()

        batch = worker.expect_batch()
        self.assertEqual([{"Total": 2}], [json.loads(item.content) for item in batch.items])

    def test_deletions_come_when_they_are_asked_for(self):
        self.subscribe("all", "from Orders", include_deletes=True)
        self.write_orders("orders/1")
        self.write(delete("orders/1"))

        deletion = self.opened("all").expect_batch().items[0]
        self.assertEqual(("orders/1", b"", work_pb2.CHANGE_KIND_DELETE), (deletion.id, deletion.content, deletion.kind))
        self.assertEqual([], self.opened().work())

    def test_batches_are_bounded_and_in_order(self):
        self.write_orders(*[f"orders/{i:03}" for i in range(25)])
        worker = self.opened(max_docs=10)

        sizes, seqnos = [], []
        for _ in range(3):
            batch = worker.expect_batch()
            sizes.append(len(batch.items))
            seqnos.extend(item.seqno for item in batch.items)
            worker.ack(batch.id)
            self.assertEqual(batch.id, worker.expect("ack_confirmed").batch_id)
        self.assertEqual([10, 10, 5], sizes)
        self.assertEqual(sorted(seqnos), seqnos)
        worker.expect("caught_up")

    def test_a_window_of_two_has_two_batches_unacked_and_one_ack_for_both(self):
        self.write_orders(*[f"orders/{i}" for i in range(4)])
        worker = self.opened(max_docs=2, window=2)

        first, second = worker.expect_batch(), worker.expect_batch()
        worker.ack(second.id)
        ids = [worker.expect("ack_confirmed").batch_id]
        if ids == [first.id]:
            ids.append(worker.expect("ack_confirmed").batch_id)
        self.assertEqual(second.id, ids[-1])

    def test_a_nacked_batch_comes_again(self):
        self.write_orders("orders/1")
        worker = self.opened()

        batch = worker.expect_batch()
        worker.send(nack=work_pb2.BatchNack(batch_id=batch.id, reason="the printer is on fire"))
        again = worker.expect_batch()
        self.assertEqual(["orders/1"], [item.id for item in again.items])
        self.assertEqual(2, again.items[0].attempt)
        worker.ack(again.id)
        worker.expect("ack_confirmed")

    def test_close_when_drained_ends_well_after_the_last_ack(self):
        self.write_orders("orders/1", "orders/2")
        worker = self.opened(close_when_drained=True)

        ids = []
        while (response := worker.next()) is not None:
            if response.WhichOneof("message") == "batch_chunk":
                ids.extend(item.id for item in response.batch_chunk.items)
                if response.batch_chunk.last:
                    worker.ack(response.batch_chunk.batch_id)
        self.assertEqual(["orders/1", "orders/2"], ids)
        self.assertEqual([], self.opened().work())


class Errors(ContractTest):
    def test_unknown_names_are_not_found(self):
        unknown = Worker(self.channel, "nowhere", "orders")
        _, end = unknown.expect_closed("DATABASE_NOT_FOUND")
        self.assertEqual(("nowhere", grpc.StatusCode.NOT_FOUND), (end.info.metadata["database"], end.code))

        _, end = self.worker("nothing").expect_closed("SUBSCRIPTION_NOT_FOUND")
        self.assertEqual(("nothing", grpc.StatusCode.NOT_FOUND), (end.info.metadata["subscription"], end.code))

    def test_a_wrong_query_says_where_it_is_wrong(self):
        definition = subscriptions_pb2.SubscriptionDefinition(name="wrong", query="from Orders where\n  Total >")
        request = subscriptions_pb2.CreateSubscriptionRequest(database=self.database, definition=definition)

        metadata = self.refused("INVALID_QUERY", grpc.StatusCode.INVALID_ARGUMENT, self.subscriptions.CreateSubscription, request)

        self.assertEqual("2", metadata["line"])
        self.assertGreater(int(metadata["column"]), 1)

    def test_creating_twice_is_idempotent_unless_it_differs(self):
        self.assertFalse(self.subscribe("orders", "from Orders").created)
        definition = subscriptions_pb2.SubscriptionDefinition(name="Orders", query="from @all_docs")
        request = subscriptions_pb2.CreateSubscriptionRequest(database=self.database, definition=definition)
        self.refused("SUBSCRIPTION_EXISTS", grpc.StatusCode.ALREADY_EXISTS, self.subscriptions.CreateSubscription, request)

        again = self.call(self.databases.CreateDatabase, databases_pb2.CreateDatabaseRequest(name=self.database))
        self.assertFalse(again.created)
        other = databases_pb2.CreateDatabaseRequest(name=self.database, partition_count=4)
        self.refused("DATABASE_EXISTS", grpc.StatusCode.ALREADY_EXISTS, self.databases.CreateDatabase, other)

    def test_a_conflict_changes_nothing_and_names_the_current_revision(self):
        current = self.write_orders("orders/1")[0].revision
        operations = [put("orders/2", {}), put("orders/1", {}, must_not_exist=True)]
        request = documents_pb2.WriteRequest(database=self.database, operations=operations)

        metadata = self.refused("REVISION_CONFLICT", grpc.StatusCode.ABORTED, self.documents.Write, request)

        self.assertEqual(("1", "orders/1", current), (metadata["operation"], metadata["id"], metadata["current_revision"]))
        missing = documents_pb2.GetDocumentRequest(database=self.database, id="orders/2")
        self.refused("DOCUMENT_NOT_FOUND", grpc.StatusCode.NOT_FOUND, self.documents.GetDocument, missing)

    def test_bad_input_names_the_field(self):
        request = databases_pb2.CreateDatabaseRequest(name="Not A Name")
        metadata = self.refused("INVALID_ARGUMENT", grpc.StatusCode.INVALID_ARGUMENT, self.databases.CreateDatabase, request)
        self.assertEqual("name", metadata["field"])

        not_json = documents_pb2.WriteRequest(database=self.database, operations=[put("orders/1", b"[1, 2]")])
        self.refused("INVALID_ARGUMENT", grpc.StatusCode.INVALID_ARGUMENT, self.documents.Write, not_json)

    def test_acking_what_was_never_sent_is_a_fault_of_the_client(self):
        worker = self.opened()
        worker.ack(77)

        _, end = worker.expect_closed("PROTOCOL_VIOLATION")
        self.assertEqual(grpc.StatusCode.INVALID_ARGUMENT, end.code)


class Writing(ContractTest):
    def test_bulk_writes_are_answered_in_order_and_delivered(self):
        requests = [
            documents_pb2.BulkWriteRequest(
                database=self.database if number == 0 else "", operations=[put(f"orders/{number}-{i}", {}) for i in range(10)])
            for number in range(20)
        ]

        answers = list(self.documents.BulkWrite(iter(requests), timeout=TIMEOUT_SECONDS))

        self.assertEqual(list(range(1, 21)), [answer.request_number for answer in answers])
        self.assertEqual(200, answers[-1].total_operations)
        self.assertEqual(200, len(self.opened().work()))

    def test_documents_are_read_as_they_were_written(self):
        body = '{ "é": [1, 2.50, null],\n "b": "\\u00e9" }'.encode()
        revision = self.write(put("orders/ü/1", body))[0].revision

        request = documents_pb2.GetDocumentRequest(database=self.database, id="orders/ü/1")
        document = self.call(self.documents.GetDocument, request).document

        self.assertEqual((body, revision, "Orders"), (document.content, document.revision, document.collection))

    def test_a_dropped_database_ends_its_workers(self):
        worker = self.opened()

        self.call(self.databases.DropDatabase, databases_pb2.DropDatabaseRequest(name=self.database))

        worker.expect_closed("DATABASE_DROPPED")
        self.refused(
            "DATABASE_NOT_FOUND", grpc.StatusCode.NOT_FOUND,
            self.databases.GetDatabase, databases_pb2.GetDatabaseRequest(name=self.database))


class StandardServices(ContractTest):
    def test_health_is_serving(self):
        health = health_pb2_grpc.HealthStub(self.channel)
        serving = health_pb2.HealthCheckResponse.SERVING

        for service in ("", "subscriptions.v1.SubscriptionService"):
            request = health_pb2.HealthCheckRequest(service=service)
            self.assertEqual(serving, health.Check(request, timeout=TIMEOUT_SECONDS).status)
            watch = health.Watch(request, timeout=TIMEOUT_SECONDS)
            self.assertEqual(serving, next(watch).status)
            watch.cancel()
        with self.assertRaises(grpc.RpcError) as caught:
            health.Check(health_pb2.HealthCheckRequest(service="nobody.knows"), timeout=TIMEOUT_SECONDS)
        self.assertEqual(grpc.StatusCode.NOT_FOUND, caught.exception.code())

    def test_reflection_lists_and_describes_the_services(self):
        requests = [
            reflection_pb2.ServerReflectionRequest(list_services="*"),
            reflection_pb2.ServerReflectionRequest(file_containing_symbol="subscriptions.v1.SubscriptionService"),
            reflection_pb2.ServerReflectionRequest(file_containing_symbol="no.such.Thing"),
        ]
        stub = reflection_pb2_grpc.ServerReflectionStub(self.channel)

        listed, described, unknown = stub.ServerReflectionInfo(iter(requests), timeout=TIMEOUT_SECONDS)

        names = {service.name for service in listed.list_services_response.service}
        self.assertLessEqual({f"subscriptions.v1.{n}" for n in (
            "DatabaseAdminService", "DocumentService", "SubscriptionAdminService", "SubscriptionService")}, names)
        self.assertIn("grpc.health.v1.Health", names)
        files = [descriptor_pb2.FileDescriptorProto.FromString(raw) for raw in described.file_descriptor_response.file_descriptor_proto]
        self.assertIn("subscriptions/v1/work.proto", [file.name for file in files])
        self.assertEqual(grpc.StatusCode.NOT_FOUND.value[0], unknown.error_response.error_code)


def main():
    grpc.channel_ready_future(grpc.insecure_channel(TARGET)).result(timeout=TIMEOUT_SECONDS)
    modules = (sys.modules[__name__], changes_contract, leases_contract, retries_contract, queries_contract, streams_contract)
    suite = unittest.TestSuite(unittest.defaultTestLoader.loadTestsFromModule(module) for module in modules)
    result = unittest.TextTestRunner(verbosity=2).run(suite)
    failed = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - failed} passed, {failed} failed")
    return 0 if failed == 0 and result.testsRun > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
