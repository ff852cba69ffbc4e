using System.Buffers;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Streams;
using Subscriptions.Server.Grpc.Changes;
using Subscriptions.Server.Grpc.WireFormat;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.Streams;

/// <summary>A <see cref="Wire.ConnectResponse"/> on its way out: as such or, where it carries documents, as what it is encoded from.</summary>
internal abstract class StreamFrame
{
    private StreamFrame()
    {
    }

    /// <summary>A message without documents.</summary>
    public sealed class Message(Wire.ConnectResponse value) : StreamFrame
    {
        /// <summary>The message.</summary>
        public Wire.ConnectResponse Value => value;
    }

    /// <summary>Changes of one stream, with how long each is on the wire.</summary>
    public sealed class Changes : StreamFrame
    {
        private readonly StreamMessage.Changes _message;
        private readonly int[] _sizes;

        /// <summary>Measures changes.</summary>
        /// <param name="message">The changes.</param>
        /// <param name="withTokens">Whether each is to have its resume token.</param>
        public Changes(StreamMessage.Changes message, bool withTokens)
        {
            _message = message;
            WithTokens = withTokens;
            Token = StreamTokens.BytesOf(message.Place.After(this[Count - 1].Seqno));
            _sizes = ArrayPool<int>.Shared.Rent(Count);
            BodySize = WireWriter.SizeOfNumber(StreamId) + WireWriter.SizeOfBytes(Token.Length) + MeasureRows();
        }

        /// <summary>The stream.</summary>
        public uint StreamId => _message.StreamId;

        /// <summary>How many there are.</summary>
        public int Count => _message.Count;

        /// <summary>Whether they have their content.</summary>
        public bool HasContent => _message.HasContent;

        /// <summary>Whether each has its resume token.</summary>
        public bool WithTokens { get; }

        /// <summary>The place after the last of them.</summary>
        public byte[] Token { get; }

        /// <summary>What they take of the window: how long the message inside is.</summary>
        public int BodySize { get; }

        /// <summary>One of them.</summary>
        public Change this[int index] => _message.List[_message.First + index];

        /// <summary>How long one of them is, without its length.</summary>
        public int SizeOf(int index) => _sizes[index];

        /// <summary>Writes the place after one of them; nothing when they have none.</summary>
        public int WriteToken(int index, Span<byte> text) => WithTokens ? StreamTokens.Write(_message.Place.After(this[index].Seqno), text) : 0;

        /// <summary>Gives back what was borrowed; it is not looked at any more. Not after a failed write: who knows who still reads it.</summary>
        public void Return() => ArrayPool<int>.Shared.Return(_sizes);

        private int MeasureRows()
        {
            var size = 0;
            Span<byte> token = stackalloc byte[StreamTokens.MaxBytes];
            for (var i = 0; i < Count; i++)
            {
                _sizes[i] = ChangeRowFormat.SizeOf(this[i], HasContent, WriteToken(i, token));
                size += WireWriter.SizeOfField(_sizes[i]);
            }

            return size;
        }
    }
}
