namespace Subscriptions.Core.Queries.Evaluation;

/// <summary>
/// Compares numbers in JSON's grammar by their exact value, whatever their size and however they are written: 1, 1.0 and 10e-1 are equal,
/// and no two different numbers are. Exponents beyond ±10^17 count as ±10^17.
/// </summary>
internal static class NumberText
{
    private const int MaxSmallDigits = 18;
    private const long MaxExponent = 100_000_000_000_000_000;

    public static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        TryReadSmall(left, out var small) && TryReadSmall(right, out var otherSmall)
            ? small.CompareTo(otherSmall)
            : new Digits(left).CompareTo(new Digits(right));

    private static bool TryReadSmall(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        var isNegative = text[0] == '-';
        if (isNegative) text = text[1..];
        if (text.Length > MaxSmallDigits) return false;

        foreach (var c in text)
        {
            if (!char.IsAsciiDigit((char)c)) return false;
            value = (value * 10) + (c - '0');
        }

        if (isNegative) value = -value;
        return true;
    }

    /// <summary>A number as sign × 0.d₁d₂d₃… × 10^exponent, where d₁ is not 0.</summary>
    private readonly ref struct Digits
    {
        private readonly int _sign;
        private readonly long _exponent;
        private readonly ReadOnlySpan<byte> _digits;

        public Digits(ReadOnlySpan<byte> text)
        {
            var isNegative = text[0] == '-';
            if (isNegative) text = text[1..];
            var e = text.IndexOfAny((byte)'e', (byte)'E');
            var mantissa = e < 0 ? text : text[..e];
            var first = mantissa.IndexOfAnyExcept((byte)'0', (byte)'.');
            if (first < 0) return;

            var point = mantissa.IndexOf((byte)'.');
            if (point < 0) point = mantissa.Length;
            _sign = isNegative ? -1 : 1;
            _exponent = (first < point ? point - first : point + 1 - first) + (e < 0 ? 0 : ReadExponent(text[(e + 1)..]));
            _digits = mantissa[first..];
        }

        public int CompareTo(Digits other)
        {
            if (_sign != other._sign) return _sign.CompareTo(other._sign);
            var magnitude = _exponent != other._exponent ? _exponent.CompareTo(other._exponent) : CompareDigits(_digits, other._digits);
            return _sign * magnitude;
        }

        private static int CompareDigits(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
        {
            int l = 0, r = 0;
            while (l < left.Length || r < right.Length)
            {
                var difference = NextDigit(left, ref l) - NextDigit(right, ref r);
                if (difference != 0) return Math.Sign(difference);
            }

            return 0;
        }

        private static int NextDigit(ReadOnlySpan<byte> digits, ref int at)
        {
            if (at < digits.Length && digits[at] == '.') at++;
            return at < digits.Length ? digits[at++] - '0' : 0;
        }

        private static long ReadExponent(ReadOnlySpan<byte> text)
        {
            var isNegative = text[0] == '-';
            if (text[0] is (byte)'-' or (byte)'+') text = text[1..];
            long value = 0;
            foreach (var c in text) value = Math.Min((value * 10) + (c - '0'), MaxExponent);
            return isNegative ? -value : value;
        }
    }
}
