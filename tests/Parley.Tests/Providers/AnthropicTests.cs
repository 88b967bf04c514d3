using Parley.Providers;

namespace Parley.Tests.Providers;

public sealed class AnthropicTests() : ProviderContract((int)UpstreamKind.Anthropic);
