using Comity.Core.Ledger;
using Comity.Core.Storage;

namespace Comity.Core.Access.Officers;

/// <summary>The desks of this State's unit: names that an operator declares, never persons.</summary>
public sealed class Desks(NodeContext node)
{
    /// <summary>Whether a text can name a desk: 1 to 60 characters on one line.</summary>
    public static bool IsName(string? text) => text is { Length: > 0 and <= 60 } && text.Trim() == text && !text.Any(char.IsControl);

    /// <summary>All desks, by name.</summary>
    public IReadOnlyList<string> List() => node.Store.Read(session => session.Query("SELECT name FROM desk ORDER BY name", row => row.GetString(0)));

    /// <summary>Whether a desk was declared.</summary>
    public static bool Has(ReadSession session, string name) => session.First("SELECT 1 FROM desk WHERE name = @name", row => row.GetInt32(0), ("@name", name)) == 1;

    /// <summary>Declares a desk; false where it was declared before.</summary>
    public Task<bool> DeclareAsync(Actor by, string name) => node.Store.WriteAsync(session => Declare(session, by, name));

    /// <summary>Declares a desk within a transaction; false where it was declared before.</summary>
    public bool Declare(WriteSession session, Actor by, string name)
    {
        var made = session.Execute("INSERT INTO desk (name, declared) VALUES (@name, @now) ON CONFLICT (name) DO NOTHING", ("@name", name), ("@now", node.Now.ToUnixTimeMilliseconds())) > 0;
        if (made)
        {
            node.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.DeskDeclared, node.Now, by).With("for-desk", name));
        }

        return made;
    }
}
