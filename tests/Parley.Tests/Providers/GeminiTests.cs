using Parley.Providers;

namespace Parley.Tests.Providers;

public sealed class GeminiTests() : ProviderContract((int)UpstreamKind.Gemini);
