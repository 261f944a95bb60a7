using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Comity.Core.Access.Officers;
using Comity.Core.Ledger;
using Comity.Core.Storage;

namespace Comity.Core.Access.SigningIn;

/// <summary>How long sessions last.</summary>
/// <param name="Idle">Without a request; one minute to 12 hours.</param>
/// <param name="Life">In any case; five minutes to seven days.</param>
public sealed record SessionLimits(TimeSpan Idle, TimeSpan Life)
{
    /// <summary>30 minutes, 12 hours.</summary>
    public static SessionLimits Default { get; } = new(TimeSpan.FromMinutes(30), TimeSpan.FromHours(12));
}

/// <summary>A session as it is listed.</summary>
/// <param name="Id">Its public name.</param>
/// <param name="Officer">Whose.</param>
/// <param name="Method">password or passkey.</param>
/// <param name="Opened">Since when.</param>
/// <param name="Seen">When it was last used, to the minute.</param>
public sealed record SessionRow(string Id, string Officer, string Method, DateTimeOffset Opened, DateTimeOffset Seen);

/// <summary>Who is signed in: rows that all processes of a node share. The browser holds 256 random bits, the row their hash.</summary>
public sealed class Sessions(NodeContext node, SessionLimits options)
{
    private static readonly TimeSpan Precision = TimeSpan.FromMinutes(1);

    private readonly Remembered<Held> _known = new(node.Access);

    /// <summary>How long a session may last.</summary>
    public TimeSpan Life => options.Life;

    /// <summary>Opens a session.</summary>
    /// <returns>What the browser is to hold.</returns>
    public string Open(WriteSession session, Officer officer, string method)
    {
        var secret = Base64Url.EncodeToString(node.Randomness.Bytes(32));
        session.Execute(
            "INSERT INTO session (hash, id, officer, generation, method, opened, seen) VALUES (@hash, @id, @officer, @generation, @method, @now, @now)",
            ("@hash", Hash(secret)), ("@id", "s-" + Convert.ToHexStringLower(node.Randomness.Bytes(6))), ("@officer", officer.Id), ("@generation", officer.Generation), ("@method", method),
            ("@now", node.Now.ToUnixTimeMilliseconds()));
        node.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.SignedIn, node.Now, officer.Actor).With("method", method));
        return secret;
    }

    /// <summary>Who holds a session; null where it is over: signed out, idle too long, too old, or the account changed.</summary>
    public async Task<(Officer Officer, SessionRow Row)?> FindAsync(string secret)
    {
        if (secret.Length is 0 or > 100)
        {
            return null;
        }

        // Another process may have seen it since: what was remembered for longer than the minute is read again.
        var hash = Hash(secret);
        var found = _known.Find(hash, held => held.Row.Seen >= node.Now - Precision, Read);
        if (found is null || found.Row.Seen <= node.Now - options.Idle || found.Row.Opened <= node.Now - options.Life)
        {
            return null;
        }

        if (found.Row.Seen < node.Now - Precision)
        {
            await node.Store.WriteAsync(session => session.Execute("UPDATE session SET seen = @now WHERE hash = @hash", ("@now", node.Now.ToUnixTimeMilliseconds()), ("@hash", hash)));
        }

        return (found.Officer, found.Row);
    }

    private Held? Read(byte[] hash)
    {
        var found = node.Store.Read(session => session.First(
            $"SELECT s.id, s.officer, s.method, s.opened, s.seen, s.generation, {OfficerBook.Columns} FROM session s JOIN officer o ON o.id = s.officer WHERE s.hash = @hash",
            row => (Row: Row(row), Generation: row.GetInt64(5), Officer: OfficerBook.Row(row, 6)), ("@hash", hash)));
        return found.Row is not null && found.Officer.Active && found.Generation == found.Officer.Generation ? new Held(found.Officer, found.Row) : null;
    }

    /// <summary>The open sessions of an officer, newest first.</summary>
    public IReadOnlyList<SessionRow> Of(string officer) => node.Store.Read(session => session.Query(
        "SELECT s.id, s.officer, s.method, s.opened, s.seen FROM session s WHERE s.officer = @officer AND s.seen > @idle AND s.opened > @old ORDER BY s.opened DESC",
        Row, ("@officer", officer), ("@idle", (node.Now - options.Idle).ToUnixTimeMilliseconds()), ("@old", (node.Now - options.Life).ToUnixTimeMilliseconds())));

    /// <summary>Who is signed in and was seen within the idle time.</summary>
    public IReadOnlyList<Officer> SignedIn(ReadSession session) => session.Query(
        $"SELECT DISTINCT {OfficerBook.Columns} FROM session s JOIN officer o ON o.id = s.officer WHERE o.state = 'active' AND s.generation = o.generation AND s.seen > @idle AND s.opened > @old",
        row => OfficerBook.Row(row), ("@idle", (node.Now - options.Idle).ToUnixTimeMilliseconds()), ("@old", (node.Now - options.Life).ToUnixTimeMilliseconds()));

    /// <summary>Signs out.</summary>
    public Task CloseAsync(string secret) => EndAsync("hash = @hash", ("@hash", Hash(secret)));

    /// <summary>Ends an officer's session by its public name; false where it has none of this name.</summary>
    public Task<bool> CloseAsync(string officer, string id) =>
        EndAsync("officer = @officer AND id = @id", ("@officer", officer), ("@id", id));

    /// <summary>Signs an officer out everywhere.</summary>
    public Task CloseAllAsync(string officer) => EndAsync("officer = @officer", ("@officer", officer));

    /// <summary>Deletes the rows of sessions that are over.</summary>
    public void Sweep(WriteSession session) => session.Execute(
        "DELETE FROM session WHERE seen <= @idle OR opened <= @old",
        ("@idle", (node.Now - options.Idle).ToUnixTimeMilliseconds()), ("@old", (node.Now - options.Life).ToUnixTimeMilliseconds()));

    private Task<bool> EndAsync(string which, params (string Name, object? Value)[] parameters) => node.Store.WriteAsync(session =>
    {
        var ended = session.Execute($"DELETE FROM session WHERE {which}", parameters) > 0;
        if (ended)
        {
            node.Access.Change(session);
        }

        return ended;
    });

    /// <summary>A session as it was read, and whose.</summary>
    private sealed record Held(Officer Officer, SessionRow Row);

    private static SessionRow Row(System.Data.Common.DbDataReader row) => new(row.GetString(0), row.GetString(1), row.GetString(2), row.Instant(3), row.Instant(4));

    private static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
