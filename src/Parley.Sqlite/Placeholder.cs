namespace Parley.Sqlite;
