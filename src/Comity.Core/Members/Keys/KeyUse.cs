namespace Comity.Core.Members;

/// <summary>What one of a member's keys is for.</summary>
public enum KeyUse
{
    /// <summary>Offline, P-256: signs charters, revocations, rotations and recovery.</summary>
    Root,

    /// <summary>P-256: signs envelopes and receipts.</summary>
    Signing,

    /// <summary>P-256: the node's end of mutual TLS. The key is pinned, not the certificate.</summary>
    Tls,

    /// <summary>P-256: what others encrypt to.</summary>
    Encryption,

    /// <summary>Ed25519: signs checkpoints and cosignatures of logs.</summary>
    Log,
}
