using System.Security.Cryptography;
using Comity.TransparencyLog;

namespace Comity.Benchmarks;

/// <summary>What does an entry cost in the tree, against the one hash of the same leaf that anybody pays?</summary>
internal static class TreeBenchmark
{
    private const int Rounds = 5;

    public static void Run(int leaves, TextWriter output)
    {
        var leaf = new byte[42];
        var hash = new byte[32];
        double append = double.MaxValue, plain = double.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var frontier = new TreeFrontier();
            append = Math.Min(append, Nanoseconds(leaves, i =>
            {
                BitConverter.TryWriteBytes(leaf, i);
                frontier.Append(Rfc6962.LeafHash(leaf));
            }));
            plain = Math.Min(plain, Nanoseconds(leaves, i =>
            {
                BitConverter.TryWriteBytes(leaf, i);
                SHA256.HashData(leaf, hash);
            }));
        }

        output.WriteLine("| leaves | append, ns | SHA256.HashData of the leaf, ns | ratio |");
        output.WriteLine("| ---: | ---: | ---: | ---: |");
        output.WriteLine($"| {leaves:N0} | {append:F0} | {plain:F0} | {plain / append:F2} |\n");
    }

    private static double Nanoseconds(int count, Action<int> run)
    {
        var from = Machine.ThreadNanoseconds();
        for (var i = 0; i < count; i++)
        {
            run(i);
        }

        return (Machine.ThreadNanoseconds() - from) / count;
    }
}
