package com.example.app

class Items(db: Database) {
  def find(name: String, statement: Statement): Unit = {
    // ruleid: scala.sql.interpolated-query
    val a = statement.executeQuery(s"SELECT * FROM items WHERE name = '$name'")
    // ruleid: scala.sql.interpolated-query
    val b = SQL("SELECT * FROM items WHERE name = '" + name + "'").as(parser)
    // ok: scala.sql.interpolated-query
    val c = SQL("SELECT * FROM items WHERE name = {name}").on("name" -> name)
    // ok: scala.sql.interpolated-query
    val d = statement.executeQuery("SELECT count(*) FROM items")
  }

  def run(name: String): Unit = {
    // ruleid: scala.process.shell-interpolation
    Process(s"ping -c 1 $name").!
    // ruleid: scala.process.shell-interpolation
    Seq("sh", "-c", s"ls ${name}").!
    // ok: scala.process.shell-interpolation
    Process(Seq("ping", "-c", "1", name)).!
    // ok: scala.process.shell-interpolation
    Process("uptime").!
  }

  def crypto(data: Array[Byte]): Unit = {
    // ruleid: scala.crypto.weak-digest
    val a = MessageDigest.getInstance("SHA-1")
    // ok: scala.crypto.weak-digest
    val b = MessageDigest.getInstance("SHA-256")
    // ruleid: scala.crypto.weak-cipher
    val c = Cipher.getInstance("DES/CBC/PKCS5Padding")
    // ok: scala.crypto.weak-cipher
    val d = Cipher.getInstance("AES/GCM/NoPadding")
    // ruleid: scala.random.predictable-secret
    val resetToken = Random.alphanumeric.take(16).mkString
    // ruleid: scala.random.predictable-secret
    val otp = Random.nextInt(10000)
    // ok: scala.random.predictable-secret
    val delay = Random.nextInt(10)
  }

  def load(in: InputStream): Any = {
    // ruleid: scala.deserialization.object-stream
    val stream = new ObjectInputStream(in)
    val value = stream.readObject()
    value
  }

  def parse(in: InputStream): Any = {
    // ok: scala.deserialization.object-stream
    val stream = new DataInputStream(in)
    stream.readInt()
  }
}

class Pages extends Controller {
  def show(name: String) = Action { request =>
    // ruleid: scala.xss.play-html
    val a = Html(s"<b>$name</b>")
    // ok: scala.xss.play-html
    val b = Html("<b>fixed</b>")
    // ruleid: scala.web.redirect-taint
    Redirect(request.getQueryString("next").get)
  }

  def home = Action { request =>
    // ok: scala.web.redirect-taint
    Redirect("/home")
  }
}

object Shell {
  def ping(host: String) = {
    // ruleid: scala.process.shell-interpolation
    s"ping $host".!
    // ruleid: scala.process.shell-interpolation
    val text = s"ping $host".!!
    // ok: scala.process.shell-interpolation
    Seq("ping", host).!
    // ok: scala.process.shell-interpolation
    "uptime".!
  }
}
