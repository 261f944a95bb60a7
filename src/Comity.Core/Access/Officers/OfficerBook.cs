using System.Data.Common;
using Comity.Core.Ledger;
using Comity.Core.Members;
using Comity.Core.Storage;

namespace Comity.Core.Access.Officers;

/// <summary>The accounts of this State's officers. Whether two persons agreed is for the caller.</summary>
public sealed class OfficerBook(NodeContext node)
{
    internal const string Columns = "o.id, o.name, o.desk, o.roles, o.purposes, o.language, o.state, o.generation, o.created, o.changed";

    /// <summary>All accounts, closed ones too, by name.</summary>
    public IReadOnlyList<Officer> List() => node.Store.Read(session => session.Query($"SELECT {Columns} FROM officer o ORDER BY o.name", row => Row(row)));

    /// <summary>The account with this id; null where there is none.</summary>
    public Officer? Find(string id) => node.Store.Read(session => Find(session, id));

    /// <summary>The account with this id; null where there is none.</summary>
    public static Officer? Find(ReadSession session, string id) => session.First($"SELECT {Columns} FROM officer o WHERE o.id = @id", row => Row(row), ("@id", id));

    /// <summary>The account with this name; null where there is none.</summary>
    public static Officer? Find(ReadSession session, SignInName name) =>
        session.First($"SELECT {Columns} FROM officer o WHERE o.name = @name", row => Row(row), ("@name", name.ToString()));

    /// <summary>Why an account cannot be made or changed so; null where it can.</summary>
    /// <param name="session">The state of the store.</param>
    /// <param name="draft">What it is to say.</param>
    /// <param name="id">The account that is changed; null for a new one.</param>
    public static (string Field, string Reason)? Fault(ReadSession session, OfficerDraft draft, string? id) =>
        Find(session, draft.Name) is { } other && other.Id != id ? ("name", "is another account's")
        : !Desks.Has(session, draft.Desk) ? ("desk", "was not declared")
        : null;

    /// <summary>Makes an account without credentials; <see cref="Fault"/> must have said that it can be made.</summary>
    public Officer Make(WriteSession session, Actor by, OfficerDraft draft, string? id = null)
    {
        var officer = new Officer(id ?? NewId(), draft.Name, draft.Desk, draft.Roles, draft.Purposes, draft.Language, true, 0, node.Now, node.Now);
        session.Execute(
            "INSERT INTO officer (id, name, desk, roles, purposes, language, state, generation, created, changed) VALUES (@id, @name, @desk, @roles, @purposes, @language, 'active', 0, @now, @now)",
            [("@id", officer.Id), .. Values(draft), ("@now", node.Now.ToUnixTimeMilliseconds())]);
        session.Execute("INSERT INTO credential (officer) VALUES (@id)", ("@id", officer.Id));
        Note(session, LedgerKind.OfficerMade, by, officer.Id, draft);
        return officer;
    }

    /// <summary>Changes an account; its sessions end. <see cref="Fault"/> must have said that it can be changed.</summary>
    public void Change(WriteSession session, Actor by, string id, OfficerDraft draft)
    {
        session.Execute(
            "UPDATE officer SET name = @name, desk = @desk, roles = @roles, purposes = @purposes, language = @language, generation = generation + 1, changed = @now WHERE id = @id",
            [.. Values(draft), ("@now", node.Now.ToUnixTimeMilliseconds()), ("@id", id)]);
        node.Access.Change(session);
        Note(session, LedgerKind.OfficerChanged, by, id, draft);
    }

    /// <summary>Closes an account for good: sessions, personal tokens and credentials go.</summary>
    public void Close(WriteSession session, Actor by, string id)
    {
        Age(session, id);
        session.Execute("UPDATE officer SET state = 'closed' WHERE id = @id", ("@id", id));
        session.Execute("UPDATE credential SET password = NULL, totp = NULL, totp_secret = NULL, enrolment = NULL, enrolment_expires = NULL WHERE officer = @id", ("@id", id));
        session.Execute("DELETE FROM passkey WHERE officer = @id", ("@id", id));
        session.Execute("UPDATE token SET revoked = @now WHERE officer = @id AND revoked IS NULL", ("@now", node.Now.ToUnixTimeMilliseconds()), ("@id", id));
        node.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.OfficerClosed, node.Now, by).With("officer", id));
    }

    /// <summary>Sets the language in which an officer is spoken to.</summary>
    public Task SetLanguageAsync(string id, string language) => node.Store.WriteAsync(session =>
    {
        session.Execute("UPDATE officer SET language = @language WHERE id = @id", ("@language", language), ("@id", id));
        node.Access.Change(session);
    });

    /// <summary>Ends all sessions of an account, here and in every process.</summary>
    public void Age(WriteSession session, string id)
    {
        session.Execute("UPDATE officer SET generation = generation + 1, changed = @now WHERE id = @id", ("@now", node.Now.ToUnixTimeMilliseconds()), ("@id", id));
        session.Execute("DELETE FROM session WHERE officer = @id", ("@id", id));
        node.Access.Change(session);
    }

    /// <summary>A new id.</summary>
    public string NewId() => "o-" + Convert.ToHexStringLower(node.Randomness.Bytes(6));

    internal static Officer Row(DbDataReader row, int at = 0) => new(
        row.GetString(at), SignInName.TryParse(row.GetString(at + 1), out var name) ? name : default, row.GetString(at + 2),
        [.. row.GetString(at + 3).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => Roles.TryParse(text, out var role) ? role : throw new InvalidDataException($"no role: {text}"))],
        [.. row.GetString(at + 4).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => Purpose.Parse(text))],
        row.GetString(at + 5), row.GetString(at + 6) == "active", row.GetInt64(at + 7), row.Instant(at + 8), row.Instant(at + 9));

    private void Note(WriteSession session, string kind, Actor by, string id, OfficerDraft draft) =>
        node.Membership.Ledger.Append(session, new LedgerNote(kind, node.Now, by)
            .With("officer", id).With("for-desk", draft.Desk).With("roles", draft.Roles.Select(role => role.Text())).With("purposes", draft.Purposes.Select(purpose => purpose.ToString())));

    private static (string, object?)[] Values(OfficerDraft draft) =>
    [
        ("@name", draft.Name.ToString()), ("@desk", draft.Desk), ("@roles", string.Join(' ', draft.Roles.Select(role => role.Text()))),
        ("@purposes", string.Join(' ', draft.Purposes)), ("@language", draft.Language),
    ];
}
