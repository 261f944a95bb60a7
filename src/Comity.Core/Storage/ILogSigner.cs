namespace Comity.Core.Storage;

/// <summary>Signs the head of a log this node writes.</summary>
public interface ILogSigner
{
    /// <summary>A signed checkpoint (C2SP signed note) of the log at this size.</summary>
    /// <exception cref="StorageException">Nothing is signed for this log now: the node is read-only.</exception>
    byte[] Sign(string origin, long size, TransparencyLog.TreeHash root);
}
