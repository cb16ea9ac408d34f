class ReportsController < ApplicationController
  COLUMNS = %w[name created_at].freeze

  def index
    # ruleid: ruby.sql.query-fragment-taint, ruby.sql.interpolated-condition
    @a = Report.where("name = '#{params[:name]}'")
    # ruleid: ruby.sql.query-fragment-taint
    @b = Report.order(params[:sort])
    key = params[:group]
    # ruleid: ruby.sql.query-fragment-taint
    @c = Report.visible.group(key)
    # ruleid: ruby.sql.query-fragment-taint, ruby.sql.interpolated-statement
    @d = Report.find_by_sql("SELECT * FROM reports WHERE owner = '" + params[:owner] + "'")
    # ok: ruby.sql.query-fragment-taint
    @e = Report.where(name: params[:name])
    # ok: ruby.sql.query-fragment-taint
    @f = Report.where("name = ?", params[:name])
    # ok: ruby.sql.query-fragment-taint
    @g = Report.where("id = #{params[:id].to_i}")
    filter = { name: params[:name] }
    # ok: ruby.sql.query-fragment-taint
    @h = Report.where(filter)
    # ok: ruby.sql.query-fragment-taint
    @i = Report.find_by(slug: params[:slug])
    # ok: ruby.sql.query-fragment-taint
    @j = Report.where(["name = ?", params[:name]])
  end

  def statements(table)
    # ruleid: ruby.sql.interpolated-statement
    Report.find_by_sql("SELECT * FROM #{table} LIMIT 5")
    # ruleid: ruby.sql.interpolated-statement
    connection.select_value("SELECT count(*) FROM t WHERE k = '#{table}'")
    # ok: ruby.sql.interpolated-statement
    connection.select_value("SELECT count(*) FROM #{connection.quote_table_name(table)}")
    # ok: ruby.sql.interpolated-statement
    Report.find_by_sql(["SELECT * FROM reports WHERE id = ?", table])
    # ruleid: ruby.sql.interpolated-condition
    Report.where("state = '#{table}'")
    # ok: ruby.sql.interpolated-condition
    Report.where("state = ?", table)
    # ok: ruby.sql.interpolated-condition
    Report.where("#{Report.table_name}.id > 5")
  end

  def convert
    name = params[:file]
    # ruleid: ruby.process.shell-command-taint, ruby.process.shell-interpolation
    system("convert #{name} out.png")
    # ruleid: ruby.process.shell-command-taint
    out = `identify #{name}`
    # ruleid: ruby.process.shell-command-taint
    text, _status = Open3.capture2e("file " + name)
    # ruleid: ruby.process.shell-command-taint
    IO.popen(name)
    # ok: ruby.process.shell-command-taint
    system("convert", name, "out.png")
    # ok: ruby.process.shell-command-taint
    system("convert #{Shellwords.escape(name)} out.png")
    # ok: ruby.process.shell-command-taint
    IO.popen(["file", name])
  end

  def build(path)
    # ruleid: ruby.process.shell-interpolation
    system("tar xf #{path}")
    # ok: ruby.process.shell-interpolation
    system("tar xf #{Shellwords.escape(path)}")
    # ok: ruby.process.shell-interpolation
    system("tar", "xf", path)
  end

  def show
    # ruleid: ruby.process.kernel-open-taint
    data = open(params[:url]).read
    # ruleid: ruby.process.kernel-open-taint
    IO.readlines(params[:log])
    # ok: ruby.process.kernel-open-taint
    File.open("/srv/data/fixed.txt")
  end

  def code
    # ruleid: ruby.injection.eval-taint, ruby.injection.eval-dynamic
    eval(params[:expr])
    # ruleid: ruby.injection.eval-taint, ruby.injection.eval-dynamic
    self.class.class_eval("def x; #{params[:body]}; end")
    # ok: ruby.injection.eval-taint, ruby.injection.eval-dynamic
    eval("1 + 1")
    # ok: ruby.injection.eval-taint
    Report.class_eval { attr_accessor :note }
  end

  def dynamic(name, code)
    # ruleid: ruby.injection.eval-dynamic
    eval(code, binding)
    # ruleid: ruby.injection.eval-dynamic
    Report.class_eval("def #{name}; 1; end")
    # ok: ruby.injection.eval-dynamic
    Report.class_eval("def fixed; 1; end")
  end

  def reflect
    # ruleid: ruby.injection.send-taint
    Report.first.send(params[:method])
    # ruleid: ruby.injection.send-taint
    Report.first.public_send("#{params[:attribute]}=", 1)
    # ok: ruby.injection.send-taint
    Report.first.public_send("status_#{params[:kind]}")
    # ok: ruby.injection.send-taint
    Report.first.public_send(:update, params[:title])
    # ruleid: ruby.injection.constantize-taint
    klass = params[:type].constantize
    # ruleid: ruby.injection.constantize-taint
    other = Object.const_get(params[:type].classify)
    # ok: ruby.injection.constantize-taint
    fixed = "Report".constantize
    # ok: ruby.injection.constantize-taint
    third = TYPES.fetch(:a).constantize
  end

  def preview
    # ruleid: ruby.injection.template-taint
    render inline: "<p>#{params[:text]}</p>"
  end

  def mail
    # ruleid: ruby.injection.template-taint
    ERB.new(params[:template]).result(binding)
    # ok: ruby.injection.template-taint
    ERB.new(File.read("mail.erb")).result_with_hash(name: params[:name])
    # ok: ruby.injection.template-taint
    render inline: "<p>fixed</p>"
  end
end

class Client
  def call(params)
    # ok: ruby.process.shell-command-taint
    system(params[:command])
  end
end

get "/report" do
  # ruleid: ruby.sql.query-fragment-taint
  DB.execute("SELECT * FROM reports WHERE id = #{params[:id]}")
  # ok: ruby.sql.query-fragment-taint
  DB.execute("SELECT * FROM reports WHERE id = ?", params[:id])
  # ruleid: ruby.injection.template-taint
  erb params[:template]
  # ok: ruby.injection.template-taint
  erb :report, locals: { name: params[:name] }
end

def lengths(model, column)
  # ok: ruby.sql.interpolated-statement
  model.connection.exec_query("SELECT avg(length(`#{column.name}`)) FROM #{model.table_name}")
end
