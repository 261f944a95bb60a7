// A node without its network, for tests that break the system calls under it: does on one thread what the lines of its input
// say, and writes "ACK" exactly when an officer or partner would have had the answer.
using System.Globalization;
using Comity.Core;
using Comity.Core.Access;
using Comity.Core.Exchange;
using Comity.Core.Feeds;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Storage;
using Comity.Home;
using Comity.TravelDocuments;
using Comity.TravelDocuments.Checks;
using Comity.TravelDocuments.Records;
using Comity.Emrtd;

if (!NodeHome.TryOpen(args[0], out var keys, out var faults) || !keys.TryLoadKeys(File.ReadAllText(args[1]).Trim(), out var ring, out _) || !keys.TryLoadStorageKey(ring, out var storageKey, out _))
{
    Console.Error.WriteLine(string.Join('\n', faults));
    return 1;
}

var officer = new Actor("t-crash", "duty desk", Rights.Check | Rights.Publish, new HashSet<Purpose> { Purpose.Parse("border-control") });
Console.WriteLine("READY");
while (Console.ReadLine()?.Split('\t') is [var what, var folder, var subject])
{
    try
    {
        NodeHome.TryOpen(folder, out var home, out _);
        using var store = home!.OpenStore();
        var register = new DocumentRegister();
        var node = Node.Open(new NodeParts
        {
            Store = store, Identity = keys.Identity(ring)!, StorageKey = storageKey, Registers = [register], Line = _ => new NoLine(),
            SnapshotFolder = what == "snapshot" ? home.IndexFolder : null,
        });
        var done = what switch
        {
            "publish" => Publish(node, register, subject),
            "check" => Check(node, subject),
            "pull" => Pull(node, subject),
            "snapshot" => Snapshot(node, register, subject),
            _ => throw new InvalidOperationException(what),
        };
        Console.WriteLine($"ACK {done}");
    }
    catch (Exception e) when (e is StorageException or IOException)
    {
        Console.WriteLine($"NAK {e.Message.ReplaceLineEndings(" ")}");
    }

    Console.WriteLine("END");   // the store is closed
}

return 0;

string Publish(Node node, DocumentRegister register, string number)
{
    DocumentRecord.TryCreate(new DocumentDraft { Version = 1, Issuer = node.Context.Membership.Self.ToString(), Type = "P", Number = number, Kind = "stolen", EnteredBy = "Document desk" }, out var record, out _);
    var once = new OnceKey(officer.Id, number, new byte[32]);
    var changes = node.Changes.PublishAsync(officer, register, Realm.Live, Audience.All, [new Publication(record!, Handling.Open)], WhenThere.Refuse, once).GetAwaiter().GetResult();
    return string.Create(CultureInfo.InvariantCulture, $"{changes![0].Kind} {changes[0].At.Index}");
}

string Snapshot(Node node, DocumentRegister register, string number)
{
    Publish(node, register, number);
    node.Snapshots!.KeepAsync(now: true).GetAwaiter().GetResult();
    return "kept";
}

string Check(Node node, string number)
{
    DocumentNumber.TryParse(number, out var parsed, out _);
    var question = new CheckQuestion(DocumentRegister.RegisterName, Realm.Live, Purpose.Parse("border-control"), new DocumentProbe(parsed, null, null));
    return node.Checks.RunAsync(officer, question, CancellationToken.None).GetAwaiter().GetResult().LedgerEntry.ToString(CultureInfo.InvariantCulture);
}

static string Pull(Node node, string file)
{
    var lines = File.ReadAllLines(file);
    FeedName.TryParse(lines[0], out var feed);
    PullAnswer.TryRead(Convert.FromBase64String(lines[1]), out var run, out _);
    return node.Mirror.TakeInAsync(feed!, run!).GetAwaiter().GetResult() is TakeIn.Taken taken ? taken.Size.ToString(CultureInfo.InvariantCulture) : "nothing";
}

internal sealed class NoLine : ILine
{
    public Task<LineAnswer> SendAsync(MemberCode to, Transmission transmission, TimeSpan timeout, CancellationToken cancel) => throw new LineDownException("there is no line");
}
