import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** TDengine's JDBC driver in its native form: nothing in here knows which libtaos.so it runs on. Example HOST PORT */
public class Example {
    public static void main(String[] args) throws SQLException {
        String url = "jdbc:TAOS://" + args[0] + ":" + args[1] + "/?user=root&password=taosdata";
        try (Connection connection = DriverManager.getConnection(url); Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE IF NOT EXISTS java_example");
            statement.execute("CREATE TABLE IF NOT EXISTS java_example.weather (ts TIMESTAMP, temperature DOUBLE, note NCHAR(20))");
            statement.executeUpdate("INSERT INTO java_example.weather VALUES (1748779200000, 20.5, '晴 ☀') (1748779260000, 20.25, NULL)");
            try (ResultSet rows = statement.executeQuery("SELECT temperature, note FROM java_example.weather ORDER BY ts")) {
                while (rows.next()) {
                    System.out.println(rows.getDouble("temperature") + " " + rows.getString("note"));
                }
            }
        }
    }
}
