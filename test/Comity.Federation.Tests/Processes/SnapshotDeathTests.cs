using Comity.Emrtd;
using Comity.TravelDocuments;
using Comity.TravelDocuments.Checks;

namespace Comity.Federation.Tests.Processes;

/// <summary>A node dies, or its disk fails, while it copies its index: the copy is the older one, the newer one, or none; and the next start knows everything.</summary>
[Collection(ProcessCollection.Name)]
public sealed class SnapshotDeathTests : IDisposable
{
    private const string First = "K55501234";
    private readonly StateHomes _homes;
    private readonly string _trace;

    public SnapshotDeathTests(ProcessFixture fixture)
    {
        Strace.Require();
        _homes = fixture.Homes.Copy();
        _trace = _homes.In("trace");
        using var host = CrashHost.Start(_homes["UTO"]).Ready();
        Assert.Equal("ACK kept", host.Do("snapshot", _homes["UTO"].Folder, First));
    }

    public void Dispose() => _homes.Dispose();

    [Theory]
    [InlineData("signal=KILL")]
    [InlineData("error=EIO")]
    public void Whatever_happens_while_a_copy_is_written_the_next_start_knows_every_record(string what)
    {
        // Those on the copy's own files: its path, and descriptors that were opened by it.
        (string Call, int N)[] points = [("openat", 1), ("openat", 2), ("write", 1), ("write", 2), ("write", 3), ("write", 5), ("fsync", 1), ("rename", 1), ("fsync", 2), ("fsync", 3)];
        var (whole, used) = (0, 0);
        foreach (var (call, n) in points)
        {
            var home = _homes["UTO"].CopyTo(_homes.In($"{call}{n}"));
            var host = CrashHost.Start(home).Ready();
            Assert.Equal("ACK kept", host.Do("snapshot", _homes["UTO"].CopyTo(_homes.In($"warm-{call}{n}")).Folder, "W00000001"));   // compiles and loads
            var number = "B7770" + whole++.ToString("D4", System.Globalization.CultureInfo.InvariantCulture);
            string? said;
            using (var tracer = Strace.Attach(
                host.Id, _trace, "-P", Path.Combine(home.Folder, "index"), "-P", Copy(home), "-P", Copy(home) + ".tmp", "-e", "trace=" + call, "-e", $"inject={call}:{what}:when={n}"))
            {
                said = host.Do("snapshot", home.Folder, number);
                if (what.StartsWith("signal", StringComparison.Ordinal) && said is null)
                {
                    tracer.Bury();
                }
                else
                {
                    tracer.Detach();
                }
            }

            host.Dispose();
            used += Known(home, number) ? 1 : 0;
        }

        Assert.True(used > points.Length / 2, $"{used} of {points.Length} starts used a copy");
    }

    /// <summary>Whether the start used a copy; it must know what a plain one knows in any case.</summary>
    private static bool Known(StateHome home, string number)
    {
        using var store = home.OpenStore();
        var plain = home.Open(store);
        var register = new DocumentRegister();
        var node = home.Open(store, register, Path.Combine(home.Folder, "index"));
        Assert.Equal(plain.Indexed, node.Indexed);
        foreach (var asked in plain.Indexed == 1 ? [First] : new[] { First, number })   // it may have died before it published
        {
            Assert.Single(register.Find(new DocumentProbe(DocumentNumber.Parse(asked))).Matches, match => match.Hit);
        }

        return File.Exists(Copy(home)) && node.Loading.Remarks.Count == 0;
    }

    private static string Copy(StateHome home) => Path.Combine(home.Folder, "index", $"{DocumentRegister.RegisterName}.snapshot");
}
