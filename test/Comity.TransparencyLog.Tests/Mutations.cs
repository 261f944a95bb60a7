using FsCheck;
using FsCheck.Fluent;

namespace Comity.TransparencyLog.Tests;

/// <summary>Real inputs with a few bytes changed, inserted, removed or doubled.</summary>
internal static class Mutations
{
    public static Arbitrary<byte[]> Of(byte[] original)
    {
        var step =
            from kind in Gen.Choose(0, 3)
            from at in Gen.Choose(0, original.Length)
            from value in Gen.OneOf(Gen.Choose(0, 255).Select(i => (byte)i), Gen.Elements((byte)'\n', (byte)' ', (byte)'0', (byte)'+', (byte)'='))
            select (kind, at, value);
        return step.ListOf().Select(steps => steps.Aggregate(original, (bytes, s) => Apply(bytes, s.kind, s.at, s.value))).ToArbitrary();
    }

    private static byte[] Apply(byte[] bytes, int kind, int at, byte value)
    {
        at = Math.Min(at, bytes.Length);
        var next = Math.Min(at + 1, bytes.Length);
        return kind switch
        {
            0 => [.. bytes[..at], value, .. bytes[next..]],
            1 => [.. bytes[..at], value, .. bytes[at..]],
            2 => [.. bytes[..at], .. bytes[next..]],
            _ => [.. bytes[..at], .. bytes[Math.Max(0, at - 20)..]],
        };
    }
}
