namespace Comity.TransparencyLog;

/// <summary>What came of verifying a proof. Only <see cref="Valid"/> is a yes, and it is not the default value.</summary>
public enum ProofVerdict
{
    /// <summary>The sizes or the index cannot be: negative, an index outside the tree, or a tree that shrank.</summary>
    OutOfRange = 0,

    /// <summary>The proof has more or fewer hashes than the sizes ask for.</summary>
    WrongLength,

    /// <summary>The proof leads to another root than the one given.</summary>
    WrongRoot,

    /// <summary>The proof holds.</summary>
    Valid,
}
