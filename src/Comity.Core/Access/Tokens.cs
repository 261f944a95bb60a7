using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Comity.Core.Access.Officers;
using Comity.Core.Ledger;
using Comity.Core.Members;
using Comity.Core.Storage;

namespace Comity.Core.Access;

/// <summary>A token as it is listed: never its secret.</summary>
/// <param name="Id">Its public name, in the ledger.</param>
/// <param name="Desk">The desk it is bound to.</param>
/// <param name="Rights">What it may do.</param>
/// <param name="Purposes">For which purposes.</param>
/// <param name="Created">Since when.</param>
/// <param name="Expires">Until when.</param>
/// <param name="Revoked">When it was revoked, or null.</param>
/// <param name="Officer">Whose personal token it is; null for a system's.</param>
public sealed record TokenRow(
    string Id, string Desk, Rights Rights, IReadOnlyList<Purpose> Purposes, DateTimeOffset Created, DateTimeOffset Expires, DateTimeOffset? Revoked, string? Officer = null);

/// <summary>API tokens: 256 random bits, stored hashed, bound to a desk, rights and purposes; a personal one never does more than its officer may.</summary>
public sealed class Tokens(NodeContext node)
{
    private readonly Remembered<Held> _known = new(node.Access);

    /// <summary>How a token begins, so that it is found where it was left by mistake.</summary>
    public const string Prefix = "comity_";

    /// <summary>The longest life of a personal token.</summary>
    public static readonly TimeSpan PersonalLife = TimeSpan.FromDays(30);

    private const string Columns = "t.id, t.desk, t.purposes, t.rights, t.created, t.expires, t.revoked, t.officer";

    /// <summary>Makes a token; the secret is in the answer and nowhere else.</summary>
    /// <param name="by">Who makes it.</param>
    /// <param name="desk">1 to 60 characters.</param>
    /// <param name="rights">What it may do.</param>
    /// <param name="purposes">For which purposes.</param>
    /// <param name="life">How long it holds.</param>
    public async Task<(string Secret, TokenRow Row)> MakeAsync(Actor by, string desk, Rights rights, IReadOnlyList<Purpose> purposes, TimeSpan life)
    {
        return await node.Store.WriteAsync(session => Make(session, by, desk, rights, purposes, life, null));
    }

    /// <summary>Makes an officer's own token, with the officer's rights and purposes.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="officer">Whose.</param>
    /// <param name="rights">At most the officer's.</param>
    /// <param name="life">At most <see cref="PersonalLife"/>.</param>
    public (string Secret, TokenRow Row) MakePersonal(WriteSession session, Officer officer, Rights rights, TimeSpan life) =>
        Make(session, officer.Actor, officer.Desk, rights & officer.Rights, officer.Purposes, life < PersonalLife ? life : PersonalLife, officer.Id);

    /// <summary>Revokes a token; false where there is none in force.</summary>
    /// <param name="by">Who revokes it.</param>
    /// <param name="id">Which.</param>
    /// <param name="officer">Only where it is this officer's own; null for any.</param>
    public Task<bool> RevokeAsync(Actor by, string id, string? officer = null) => node.Store.WriteAsync(session =>
    {
        var revoked = session.Execute(
            officer is null ? "UPDATE token SET revoked = @now WHERE id = @id AND revoked IS NULL" : "UPDATE token SET revoked = @now WHERE id = @id AND revoked IS NULL AND officer = @officer",
            [("@now", node.Now.ToUnixTimeMilliseconds()), ("@id", id), .. officer is null ? Array.Empty<(string, object?)>() : [("@officer", officer)]]) > 0;
        if (revoked)
        {
            node.Access.Change(session);
            node.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.TokenRevoked, node.Now, by).With("token", id));
        }

        return revoked;
    });

    /// <summary>All tokens ever made.</summary>
    public IReadOnlyList<TokenRow> List() => node.Store.Read(session => session.Query($"SELECT {Columns} FROM token t ORDER BY t.created, t.id", Row));

    /// <summary>An officer's own tokens in force.</summary>
    public IReadOnlyList<TokenRow> Of(string officer) => node.Store.Read(session => session.Query(
        $"SELECT {Columns} FROM token t WHERE t.officer = @officer AND t.revoked IS NULL AND t.expires > @now ORDER BY t.created", Row, ("@officer", officer), ("@now", node.Now.ToUnixTimeMilliseconds())));

    /// <summary>The person who made a token; null where nobody did that is known.</summary>
    public static string? MakerOf(ReadSession session, string id) => session.First("SELECT maker FROM token WHERE id = @id", row => row.TextOrNull(0), ("@id", id));

    /// <summary>Who holds a token; null where it is unknown, revoked or over, or its officer's account is closed.</summary>
    /// <remarks>Found by its hash: the time taken tells nothing of a secret of 256 random bits.</remarks>
    public Actor? Find(string secret)
    {
        if (!secret.StartsWith(Prefix, StringComparison.Ordinal) || secret.Length > 100)
        {
            return null;
        }

        return _known.Find(Hash(secret), _ => true, Read) is { } held && held.Until > node.Now ? held.By : null;
    }

    private Held? Read(byte[] hash)
    {
        var (row, officer) = node.Store.Read(session => session.First($"SELECT {Columns} FROM token t WHERE t.hash = @hash", Row, ("@hash", hash)) is { } found
            ? (found, found.Officer is null ? null : OfficerBook.Find(session, found.Officer)) : (null, null));
        return row is null || row.Revoked is not null ? null
            : row.Officer is null ? new Held(new Actor(row.Id, row.Desk, row.Rights, row.Purposes.ToHashSet()), row.Expires)
            : officer is not { Active: true } ? null
            : new Held(new Actor(row.Id, officer.Desk, row.Rights & officer.Rights, row.Purposes.Intersect(officer.Purposes).ToHashSet(), officer.Id), row.Expires);
    }

    private (string Secret, TokenRow Row) Make(WriteSession session, Actor by, string desk, Rights rights, IReadOnlyList<Purpose> purposes, TimeSpan life, string? officer)
    {
        var secret = Prefix + Base64Url.EncodeToString(node.Randomness.Bytes(32));
        var row = new TokenRow("t-" + Convert.ToHexStringLower(node.Randomness.Bytes(6)), desk, rights, purposes, node.Now, node.Now + life, null, officer);
        session.Execute(
            "INSERT INTO token (id, hash, desk, purposes, rights, created, expires, officer, maker) VALUES (@id, @hash, @desk, @purposes, @rights, @created, @expires, @officer, @maker)",
            ("@id", row.Id), ("@hash", Hash(secret)), ("@desk", desk), ("@purposes", string.Join(' ', purposes)), ("@rights", rights.ToString()),
            ("@created", row.Created.ToUnixTimeMilliseconds()), ("@expires", row.Expires.ToUnixTimeMilliseconds()), ("@officer", officer), ("@maker", by.Person));
        node.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.TokenMade, node.Now, by)
            .With("token", row.Id).With("for-desk", desk).With("rights", rights.ToString()).With("purposes", purposes.Select(purpose => purpose.ToString())).With("officer", officer));
        return (secret, row);
    }

    /// <summary>Who holds a token, and until when.</summary>
    private sealed record Held(Actor By, DateTimeOffset Until);

    private static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    private static TokenRow Row(System.Data.Common.DbDataReader row) => new(
        row.GetString(0), row.GetString(1), Enum.Parse<Rights>(row.GetString(3)),
        [.. row.GetString(2).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => Purpose.Parse(text))],
        row.Instant(4), row.Instant(5), row.InstantOrNull(6), row.TextOrNull(7));
}
