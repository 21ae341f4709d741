#include <ada.h>
#include <cstdlib>

/* The port that a URL names; 0 if it names none, -1 if it is no URL. */
extern "C" int port(const char *text)
{
    auto url = ada::parse<ada::url_aggregator>(text);
    return url ? std::atoi(std::string(url->get_port()).c_str()) : -1;
}
