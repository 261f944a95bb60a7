using System.Text;

namespace Comity.Core.Tests;

/// <summary>Spoils real inputs, the same way for the same seed.</summary>
internal sealed class Mutation(ulong seed)
{
    private static readonly string[] Fragments = ["\"", "{", "}", "[", "]", ",", ":", "null", "true", "-1", "1e999", "9999999999999999999", "\\ud800", "\\u0000", ".", "=", " ", "\n", "*", "é"];
    private readonly Randomness _randomness = Randomness.Seeded(seed);

    public int Next(int below)
    {
        byte[] bytes = _randomness.Bytes(4);
        return (int)(BitConverter.ToUInt32(bytes) % (uint)below);
    }

    public byte[] Of(ReadOnlySpan<byte> input)
    {
        var bytes = new List<byte>(input.ToArray());
        for (int edits = 1 + Next(3); edits > 0 && bytes.Count > 0; edits--)
        {
            int at = Next(bytes.Count);
            switch (Next(6))
            {
                case 0:
                    bytes[at] = (byte)Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << Next(8));
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(1 + Next(20), bytes.Count - at));
                    break;
                case 3:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(Fragments[Next(Fragments.Length)]));
                    break;
                case 4:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(1 + Next(40), bytes.Count - at)));
                    break;
                default:
                    byte[] fragment = Encoding.UTF8.GetBytes(Fragments[Next(Fragments.Length)]);
                    for (int i = 0; i < fragment.Length && at + i < bytes.Count; i++)
                    {
                        bytes[at + i] = fragment[i];
                    }

                    break;
            }
        }

        return [.. bytes];
    }

    public string Of(string input) => Encoding.Latin1.GetString(Of(Encoding.Latin1.GetBytes(input)));
}
