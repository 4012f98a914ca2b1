# SPDX-License-Identifier: MIT
# What the tests with nginx share. Its access log has what is determinate of each request.

# nginx_configuration MAIN SERVER: $work/nginx.conf.
nginx_configuration() {
	cat >"$work/nginx.conf" <<END
daemon off; pid $work/nginx.pid; error_log $work/error.log; worker_processes 2; $1
events {}
http {
	log_format counts '\$status \$request_length \$bytes_sent \$request';
	access_log $work/access.log counts;
	client_body_temp_path $work/body; proxy_temp_path $work/proxy; fastcgi_temp_path $work/fastcgi;
	uwsgi_temp_path $work/uwsgi; scgi_temp_path $work/scgi;
	server { listen 127.0.0.1:$port; root $site; $2 }
}
END
}

# start_nginx: as $nginx.
start_nginx() {
	start nginx "$(command -v nginx)" -c "$work/nginx.conf" -e "$work/error.log"
	nginx=$server
	wait_until listens "$port"
}

# stop_nginx: when all is served. What it has served is compared.
stop_nginx() {
	kill -QUIT "$(cat "$work/nginx.pid")"
	ended nginx "$nginx"
	sort "$work/access.log" >"$result/access"
}

# logged FIELD: the sum over the requests of the traced run; 2 is what was received, 3 what was sent.
logged() {
	awk '{ n += $'"$1"' } END { print n }' "$result/access"
}

# make_site: files of random bytes, whose names are their sizes.
make_site() {
	site=$place/site
	mkdir "$site"
	chmod 755 "$site"
	for size in 1 1000 65536 3000000; do
		head -c "$size" /dev/urandom >"$site/$size"
	done
}
