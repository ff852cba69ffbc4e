"""What the tests share: a database of their own, and short ways to call the services."""

import json
import unittest

import grpc
from stubs import TARGET
from conversation import TIMEOUT_SECONDS, Worker, error_info
from subscriptions.v1 import (
    changes_pb2_grpc,
    databases_pb2,
    databases_pb2_grpc,
    dead_letters_pb2,
    dead_letters_pb2_grpc,
    documents_pb2,
    documents_pb2_grpc,
    subscriptions_pb2,
    subscriptions_pb2_grpc,
)


class ContractTest(unittest.TestCase):
    """A database of its own, with a subscription to its orders."""

    numbers = iter(range(1, 1_000_000))

    def setUp(self):
        self.channel = grpc.insecure_channel(TARGET)
        self.addCleanup(self.channel.close)
        self.databases = databases_pb2_grpc.DatabaseAdminServiceStub(self.channel)
        self.documents = documents_pb2_grpc.DocumentServiceStub(self.channel)
        self.subscriptions = subscriptions_pb2_grpc.SubscriptionAdminServiceStub(self.channel)
        self.changes = changes_pb2_grpc.ChangeServiceStub(self.channel)
        self.dead_letters = dead_letters_pb2_grpc.DeadLetterServiceStub(self.channel)
        self.database = f"interop{next(self.numbers)}"
        self.call(self.databases.CreateDatabase, databases_pb2.CreateDatabaseRequest(name=self.database))
        self.subscribe("orders", "from Orders")

    def call(self, method, request):
        return method(request, timeout=TIMEOUT_SECONDS)

    def refused(self, reason, status, method, request):
        with self.assertRaises(grpc.RpcError) as caught:
            self.call(method, request)
        info = error_info(caught.exception)
        self.assertEqual((info.reason, caught.exception.code()), (reason, status))
        self.assertTrue(caught.exception.details(), "people are told nothing")
        return info.metadata

    def subscribe(self, name, query, **options):
        definition = subscriptions_pb2.SubscriptionDefinition(name=name, query=query, **options)
        request = subscriptions_pb2.CreateSubscriptionRequest(database=self.database, definition=definition)
        return self.call(self.subscriptions.CreateSubscription, request)

    def subscription(self, name="orders"):
        request = subscriptions_pb2.GetSubscriptionRequest(database=self.database, name=name)
        return self.call(self.subscriptions.GetSubscription, request).subscription

    def listed_dead_letters(self, subscription):
        request = dead_letters_pb2.ListDeadLettersRequest(database=self.database, subscription=subscription)
        return list(self.call(self.dead_letters.ListDeadLetters, request).items)

    def write(self, *operations):
        return self.call(self.documents.Write, documents_pb2.WriteRequest(database=self.database, operations=operations)).outcomes

    def write_orders(self, *ids, **content):
        return self.write(*[put(i, content or {"Total": 1}) for i in ids])

    def worker(self, subscription="orders", **options):
        worker = Worker(self.channel, self.database, subscription, **options)
        self.addCleanup(worker.cancel)
        return worker

    def opened(self, subscription="orders", **options):
        worker = self.worker(subscription, **options)
        worker.lease = worker.expect("opened")
        return worker

    def leave(self, worker):
        """Half-closes and waits until the server has let go of the lease."""
        worker.half_close()
        while (response := worker.next()) is not None:
            self.assertIn(response.WhichOneof("message"), ("ack_confirmed", "caught_up"))


def put(document_id, content, collection="Orders", **expected):
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return documents_pb2.WriteOperation(id=document_id, put=documents_pb2.PutAction(content=body, collection=collection), **expected)


def delete(document_id):
    return documents_pb2.WriteOperation(id=document_id, delete=documents_pb2.DeleteAction())
