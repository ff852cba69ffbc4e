"""Partition streams: what a replica, an indexer or a connector builds on."""

import time

import grpc
from contract_case import ContractTest, delete, put
from conversation import TIMEOUT_SECONDS, Ended, error_info
from google.protobuf import duration_pb2
from streams import Connection, Index, Replica
from subscriptions.v1 import changes_pb2, databases_pb2, documents_pb2, streams_pb2, streams_pb2_grpc, work_pb2

OK = streams_pb2.STREAM_END_REASON_OK
CLOSED = streams_pb2.STREAM_END_REASON_CLOSED
TO_LATEST = streams_pb2.STREAM_FLAG_TO_LATEST
FAST = duration_pb2.Duration(nanos=200_000_000)


class Streams(ContractTest):
    def setUp(self):
        super().setUp()
        self.streams = streams_pb2_grpc.StreamServiceStub(self.channel)

    def test_a_stream_tells_where_it_stands_then_a_snapshot_then_its_changes(self):
        self.write(put("a", {"v": 1}), put("b", {"v": 2}), put("c", {"v": 3}))
        self.write(delete("b"))
        connection = self.connected(buffer_bytes=100_000)
        self.assertEqual((1, 100_000, 20), (self.opened.partition_count, self.opened.settings.buffer_bytes, self.opened.settings.noop_interval.seconds))

        replica = Replica()
        opened = replica.follow(connection, 7, flags=[TO_LATEST])
        self.assertEqual((7, 4, 4, 0), (opened.stream_id, opened.high_seqno, opened.end_seqno, opened.position.seqno))
        self.assertEqual(self.branches(0), list(opened.failover_log))
        self.assertEqual(OK, replica.run(connection))

        self.assertEqual({"a": b'{"v": 1}', "c": b'{"v": 3}'}, replica.documents)
        self.assertEqual((4, 0, 4), (replica.seqno, replica.snapshot.start_seqno, replica.snapshot.end_seqno))
        connection.half_close()
        self.assertEqual((None, None), connection.next())

    def test_a_stream_without_an_end_goes_on_with_what_is_written(self):
        connection, replica = self.connected(), Replica()
        replica.follow(connection, 1)
        for i in range(5):
            self.write(put(f"doc-{i}", {"v": i}))
            replica.run(connection, messages=1)
            self.assertEqual(i + 1, len(replica.documents))
        connection.send(stream_close=streams_pb2.StreamClose(stream_id=1))

        self.assertEqual(CLOSED, replica.run(connection))
        self.assertEqual(5, replica.seqno)
        replica.follow(connection, 1, flags=[TO_LATEST])  # the id is free again
        self.assertEqual(OK, replica.run(connection))

    def test_streams_of_several_partitions_share_a_connection(self):
        self.create("wide", 4)
        self.write(*[put(f"doc-{i}", {"v": i}) for i in range(200)])
        connection = self.connected()
        replicas = {100 + p: Replica(p) for p in range(4)}
        for stream_id, replica in replicas.items():
            connection.open_stream(stream_id, replica.partition, flags=[TO_LATEST])
        running = set(replicas)
        while running:
            kind, message = connection.next()
            if kind != "stream_opened" and replicas[message.stream_id].apply(kind, message) is not None:
                running.remove(message.stream_id)

        self.assertEqual({f"doc-{i}" for i in range(200)}, {d for r in replicas.values() for d in r.documents})
        combined = self.call(
            self.streams.CombineResumeTokens,
            streams_pb2.CombineResumeTokensRequest(resume_tokens=[r.token for r in replicas.values()])).resume_token
        self.write(put("one-more", {}))
        page = self.call(self.changes.GetChanges, changes_pb2.GetChangesRequest(database=self.database, since=combined))
        self.assertEqual(["one-more"], [row.id for row in page.rows])

    def test_the_server_stops_at_the_window_and_goes_on_with_acks(self):
        window = 2048
        self.write(*[put(f"doc-{i:03}", {"text": "x" * 300}) for i in range(40)])
        connection = self.connected(buffer_bytes=window, noop_interval=FAST)
        connection.open_stream(1, flags=[TO_LATEST])
        found, last, reason = [], 0, None
        while reason is None:
            noops = len(connection.noops)
            while len(connection.noops) < noops + 2:  # nothing but these comes while the window is full
                kind, message = connection.receive()
                if kind == "changes":
                    found.extend(change.id for change in message.changes)
                    last = message.ByteSize()
                elif kind == "end":
                    reason = message.reason
                    break
            self.assertLess(connection.outstanding - last, window, "more was sent than the window and one message")
            connection.ack(connection.outstanding)
            connection.outstanding = 0

        self.assertEqual((OK, [f"doc-{i:03}" for i in range(40)]), (reason, found))

    def test_a_control_message_changes_what_it_names_or_nothing(self):
        connection = self.connected(buffer_bytes=5000)
        connection.send(control=streams_pb2.ConnectionSettings(noop_interval=FAST))
        settings = connection.expect("settings")
        self.assertEqual((5000, 200_000_000), (settings.buffer_bytes, settings.noop_interval.nanos))

        connection.send(control=streams_pb2.ConnectionSettings(buffer_bytes=7, token_on_every_change=True))
        refused = connection.expect("refused")
        self.assertEqual("ERROR_REASON_INVALID_ARGUMENT", self.reason(refused))
        self.assertFalse(refused.HasField("stream_id"))
        connection.send(control=streams_pb2.ConnectionSettings())
        self.assertEqual(settings, connection.expect("settings"))

    def test_noops_tell_how_far_partitions_are_and_want_an_answer(self):
        connection = self.connected(noop_interval=FAST, idle_timeout=duration_pb2.Duration(seconds=1))
        Replica().follow(connection, 1, flags=[streams_pb2.STREAM_FLAG_FROM_LATEST])
        self.write_orders("orders/1", "orders/2")
        began = time.monotonic()
        while time.monotonic() < began + 1.5:  # longer than a client may be silent
            connection.receive()
        self.assertEqual([(0, 2)], [(p.partition, p.seqno) for p in connection.noops[-1].high_seqnos])

        connection.answers_noops = False
        with self.assertRaises(Ended) as caught:
            while connection.receive()[0] is not None:
                pass
        self.assertEqual("CLIENT_SILENT", caught.exception.info.reason)

    def test_a_stream_goes_on_from_the_token_of_any_message(self):
        size, count = 300_000, 12
        for i in range(count):
            self.write(put(f"large-{i:02}", {"text": chr(97 + i) * size}))
        connection, whole, cuts = self.connected(), Replica(), []
        whole.follow(connection, 1, flags=[TO_LATEST])
        while whole.run(connection, messages=1) is None:
            cuts.append((whole.token, whole.seqno, dict(whole.documents)))
        self.assertGreater(len(cuts), 2, "there is no boundary to cut at")

        for i, (token, seqno, documents) in enumerate(cuts):
            rest = Replica()
            rest.token, rest.seqno, rest.documents = token, seqno, documents
            opened = rest.follow(connection, 10 + i, flags=[TO_LATEST])
            self.assertEqual(seqno, opened.position.seqno)
            reason, snapshot = None, None
            while reason is None:
                kind, message = connection.next()
                if kind == "snapshot" and snapshot is None:
                    snapshot = message
                    self.assertLessEqual(message.start_seqno, seqno)  # it may begin before the cut, which is inside of it
                    message = streams_pb2.SnapshotMarker(start_seqno=seqno, end_seqno=message.end_seqno)
                reason = rest.apply(kind, message)
            self.assertEqual((OK, [], whole.documents), (reason, rest.rollbacks, rest.documents))

    def test_tokens_come_with_every_change_when_they_are_wanted(self):
        self.write_orders("orders/1", "orders/2", "orders/3")
        connection = self.connected(token_on_every_change=True)
        Replica().follow(connection, 1, flags=[TO_LATEST])
        connection.expect("snapshot")
        changes = connection.expect("changes")
        self.assertEqual(changes.resume_token, changes.changes[-1].resume_token)
        connection.expect("end")

        rest = Replica()
        rest.token, rest.seqno = changes.changes[0].resume_token, 1
        connection.open_stream(2, resume_token=rest.token, flags=[TO_LATEST])
        connection.expect("stream_opened")
        connection.expect("snapshot")
        self.assertEqual(["orders/2", "orders/3"], [change.id for change in connection.expect("changes").changes])

    def test_what_does_not_pass_a_filter_moves_the_place(self):
        connection, replica = self.connected(), Replica()
        replica.follow(connection, 1, filter=changes_pb2.ChangeFilter(collection="People"))
        self.write_orders("orders/1", "orders/2")
        self.write(put("people/1", {}, collection="People"))
        self.write_orders("orders/3")
        while replica.seqno < 4:
            self.assertIsNone(replica.run(connection, messages=1))

        self.assertEqual(["people/1"], list(replica.documents))
        again = Replica()
        again.token, again.seqno = replica.token, 4
        again.follow(connection, 2, flags=[TO_LATEST])
        self.assertEqual((OK, {}), (again.run(connection), again.documents))

    def test_what_cannot_be_is_refused_in_band_and_hurts_no_other_stream(self):
        connection, replica = self.connected(), Replica()
        replica.follow(connection, 1)
        position = streams_pb2.StreamPosition(branch=self.branches(0)[0].branch, seqno=5, snapshot_start=6, snapshot_end=7)
        for reason, request in (
                ("PARTITION_NOT_FOUND", dict(stream_id=2, partition=1)),
                ("STREAM_EXISTS", dict(stream_id=1)),
                ("OUT_OF_RANGE", dict(stream_id=2, position=position)),
                ("INVALID_ARGUMENT", dict(stream_id=2, flags=[99])),
                ("INVALID_ARGUMENT", dict(stream_id=2, resume_token="soon")),
                ("INVALID_QUERY", dict(stream_id=2, filter=changes_pb2.ChangeFilter(selector='{"a": {"$nope": 1}}')))):
            connection.open_stream(**request)
            refused = connection.expect("refused")
            self.assertEqual((f"ERROR_REASON_{reason}", request["stream_id"]), (self.reason(refused), refused.stream_id))
            self.assertTrue(refused.message, "people are told nothing")
        connection.send(stream_close=streams_pb2.StreamClose(stream_id=2))
        self.assertEqual("ERROR_REASON_STREAM_NOT_FOUND", self.reason(connection.expect("refused")))

        self.write_orders("orders/1")
        replica.run(connection, messages=1)
        self.assertEqual(["orders/1"], list(replica.documents))

    def test_a_stream_that_only_notifies_ends_when_there_is_something(self):
        self.write_orders("orders/1")
        connection = self.connected(noop_interval=FAST)
        replica = Replica()
        replica.follow(connection, 1, flags=[TO_LATEST])
        replica.run(connection)
        connection.open_stream(2, resume_token=replica.token, flags=[streams_pb2.STREAM_FLAG_NOTIFY_ONLY])
        connection.expect("stream_opened")
        self.assertEqual("noop", connection.receive()[0])

        self.write_orders("orders/2")
        end = connection.expect("end")
        self.assertEqual((2, OK, 2), (end.stream_id, end.reason, end.high_seqno))

    def test_partitions_are_watched_by_level(self):
        self.create("watched", 3)
        now = self.watch(since="now", heartbeat=FAST)
        self.assertEqual(0, len(next(now).partitions))
        partition = self.write(put("a", {}))[0].partition
        told = self.told(now)
        self.assertEqual([(partition, 1)], [(p.partition, p.high_seqno) for p in told])
        self.write(put("a", {"v": 2}))
        self.assertEqual([(partition, 2)], [(p.partition, p.high_seqno) for p in self.told(now)])

        once = list(self.watch(once=True))
        self.assertEqual([[(partition, 2)]], [[(p.partition, p.high_seqno) for p in answer.partitions] for answer in once])
        stands = self.call(self.streams.GetPartitionSeqnos, streams_pb2.GetPartitionSeqnosRequest(database=self.database, partitions=[partition]))
        self.assertEqual([(partition, 2)], [(p.partition, p.high_seqno) for p in stands.partitions])
        with self.assertRaises(grpc.RpcError) as caught:
            next(self.watch(partitions=[3]))
        self.assertEqual("PARTITION_NOT_FOUND", error_info(caught.exception).reason)

    def test_a_place_of_another_history_is_sent_back_to_the_beginning(self):
        self.write_orders("orders/1")
        elsewhere = streams_pb2.StreamPosition(branch="00000000deadbeef", seqno=1)
        connection, replica = self.connected(), Replica()
        connection.open_stream(1, position=elsewhere)
        rollback = connection.expect("rollback")
        self.assertEqual((0, streams_pb2.ROLLBACK_REASON_UNKNOWN_BRANCH, 0), (rollback.seqno, rollback.reason, rollback.position.seqno))
        self.assertEqual(self.branches(0), list(rollback.failover_log))

        replica.token = rollback.resume_token
        replica.follow(connection, 1, flags=[TO_LATEST])
        self.assertEqual((OK, ["orders/1"]), (replica.run(connection), list(replica.documents)))

    def test_the_second_connection_of_a_name_ends_the_first(self):
        first = self.connected()
        self.connected(name="replica")
        with self.assertRaises(Ended) as caught:
            first.next()
        self.assertEqual("CONNECTION_REPLACED", caught.exception.info.reason)

    def test_replicas_undo_what_a_restore_took_back(self):
        self.write(put("kept", {"v": 1}), put("changed", {"v": 1}), put("gone", {"v": 1}))
        backup = [part.content for part in self.databases.BackUpDatabase(databases_pb2.BackUpDatabaseRequest(name=self.database), timeout=TIMEOUT_SECONDS)]
        connection, early, late, index = self.connected(), Replica(), Replica(), Index(self.content)
        early.follow(connection, 1, flags=[TO_LATEST])
        early.run(connection)
        self.write(put("changed", {"v": 2}), put("new", {"v": 1}), delete("gone"))
        for replica in (early, late, index):
            replica.follow(connection, 1, flags=[TO_LATEST])
            self.assertEqual(OK, replica.run(connection))
            self.assertEqual((6, {"kept", "changed", "new"}), (replica.seqno, set(replica.documents)))
        before, watch = self.branches(0), self.watch(since=late.token, heartbeat=FAST)
        next(watch)

        self.restore(backup)
        self.assertEqual("HISTORY_CHANGED", self.ended(connection))
        with self.assertRaises(grpc.RpcError) as caught:
            self.told(watch)
        self.assertEqual("HISTORY_CHANGED", error_info(caught.exception).reason)
        self.write(put("afterwards", {"v": 1}))

        ready = next(self.watch(since=late.token, once=True)).partitions
        self.assertEqual([3], [p.rollback.seqno for p in ready])
        connection = self.connected()
        for stream_id, replica in enumerate((early, late, index)):
            opened = replica.follow(connection, stream_id, flags=[TO_LATEST])
            self.assertEqual([(0, before[0].branch), (3, opened.failover_log[0].branch)], [(e.start_seqno, e.branch) for e in reversed(opened.failover_log)])
            self.assertEqual(OK, replica.run(connection))
            self.assertEqual(self.all_documents(), replica.documents)
            self.assertEqual({"kept", "changed", "gone", "afterwards"}, set(replica.documents))

        # The one that read all of it as one snapshot never had what "changed" was at 3.
        reason = streams_pb2.ROLLBACK_REASON_BEYOND_BRANCH
        self.assertEqual(([(3, 3, reason)], [(3, 0, reason)], [(3, 3, reason)]), (early.rollbacks, late.rollbacks, index.rollbacks))

    def test_replicas_undo_what_a_rewind_took_back(self):
        connection, early, late = self.connected(), Replica(), Replica()
        self.write(put("kept", {"v": 1}), put("changed", {"v": 1}))
        early.follow(connection, 1, flags=[TO_LATEST])
        early.run(connection)
        self.write(put("changed", {"v": 2}), put("new", {"v": 1}))
        for replica in (early, late):
            replica.follow(connection, 1, flags=[TO_LATEST])
            self.assertEqual((OK, 4), (replica.run(connection), replica.seqno))

        rewind = databases_pb2.RewindDatabaseRequest(name=self.database, partition=0, seqno=2, delete_unknown=True)
        answer = self.call(self.databases.RewindDatabase, rewind)
        self.assertEqual((1, 1), (answer.removed_documents, answer.restored_documents + answer.deleted_documents))
        self.assertEqual("HISTORY_CHANGED", self.ended(connection))
        self.write(put("afterwards", {"v": 1}))

        connection = self.connected()
        for stream_id, replica in enumerate((early, late)):
            replica.follow(connection, stream_id, flags=[TO_LATEST])
            self.assertEqual(OK, replica.run(connection))
            self.assertEqual(self.all_documents(), replica.documents)
            self.assertLessEqual({"kept", "afterwards"}, set(replica.documents))
        self.assertEqual(([2], [0]), ([r[1] for r in early.rollbacks], [r[1] for r in late.rollbacks]))

    def connected(self, name="replica", **settings):
        connection = Connection(self.channel, self.database, name, **settings)
        self.addCleanup(connection.cancel)
        self.opened = connection.expect("opened")
        return connection

    def create(self, suffix, partitions):
        self.database = f"{self.database}-{suffix}"
        self.call(self.databases.CreateDatabase, databases_pb2.CreateDatabaseRequest(name=self.database, partition_count=partitions))

    def restore(self, parts):
        requests = [databases_pb2.RestoreDatabaseRequest(content=part) for part in parts]
        requests[0].name, requests[0].replace = self.database, True
        self.databases.RestoreDatabase(iter(requests), timeout=TIMEOUT_SECONDS)

    def branches(self, partition):
        request = streams_pb2.GetFailoverLogsRequest(database=self.database, partitions=[partition])
        return list(self.call(self.streams.GetFailoverLogs, request).partitions[0].failover_log)

    def watch(self, **request):
        watch = self.streams.WatchPartitions(streams_pb2.WatchPartitionsRequest(database=self.database, **request), timeout=TIMEOUT_SECONDS)
        self.addCleanup(watch.cancel)
        return watch

    def told(self, watch):
        """The next answer that is no heartbeat."""
        while not (answer := next(watch)).partitions:
            pass
        return answer.partitions

    def ended(self, connection):
        """Why the connection ends."""
        with self.assertRaises(Ended) as caught:
            while connection.next()[0] is not None:
                pass
        return caught.exception.info.reason

    def content(self, document):
        """What a document is now; None when it is not there."""
        request = documents_pb2.GetDocumentRequest(database=self.database, id=document)
        try:
            return self.call(self.documents.GetDocument, request).document.content
        except grpc.RpcError as error:
            self.assertEqual("DOCUMENT_NOT_FOUND", error_info(error).reason)
            return None

    def all_documents(self):
        page = self.call(self.changes.GetChanges, changes_pb2.GetChangesRequest(database=self.database, include_docs=True))
        return {row.id: row.content for row in page.rows if row.kind == work_pb2.CHANGE_KIND_PUT}

    @staticmethod
    def reason(refused):
        return type(refused).DESCRIPTOR.fields_by_name["reason"].enum_type.values_by_number[refused.reason].name
