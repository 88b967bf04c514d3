using Parley.Conversations;
using Parley.Import;
using Parley.Kernel;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Services.AddKernel(args.FirstOrDefault() ?? "data");
builder.Services.AddConversations();
builder.Services.AddImport();

var app = builder.Build();
app.MapGet("/health", () => "ok");
await app.RunAsync();
