namespace Grpc.Core;

/// <summary>Accepts (true) or refuses (false) a server whose certificate passed the regular checks.</summary>
public delegate bool VerifyPeerCallback(VerifyPeerContext context);
