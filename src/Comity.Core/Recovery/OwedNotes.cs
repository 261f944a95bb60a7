using Comity.Core.Ledger;
using Comity.Core.Storage;

namespace Comity.Core.Recovery;

/// <summary>Notes that are written to the ledger once it may be written to: of what a node must do while its own past is in doubt.</summary>
internal static class OwedNotes
{
    /// <summary>Appends a note without detail to the ledger, or owes it.</summary>
    public static void AppendOrOwe(this LedgerLog ledger, WriteSession session, OwnPast past, LedgerNote note)
    {
        if (past.Refuses(ledger.Origin) is null)
        {
            ledger.Append(session, note);
            return;
        }

        session.Execute("INSERT INTO owed_note (ordinal, leaf) SELECT COALESCE(MAX(ordinal), 0) + 1, @leaf FROM owed_note", ("@leaf", note.ToLeaf()));
    }

    /// <summary>Appends what is owed.</summary>
    public static void Pay(WriteSession session, LedgerLog ledger)
    {
        var owed = session.Query("SELECT leaf FROM owed_note ORDER BY ordinal", row => row.Bytes(0));
        if (owed.Count > 0)
        {
            owed.ForEach(leaf => ledger.Append(session, leaf));
            session.Execute("DELETE FROM owed_note");
        }
    }
}
